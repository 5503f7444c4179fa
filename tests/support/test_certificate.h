#pragma once

#include <string>

struct ssl_ctx_st;

namespace atelier::test {

/// A server context with a fresh self-signed certificate for 127.0.0.1 and
/// localhost. `ca_file` becomes the path of its PEM file, which the caller removes.
ssl_ctx_st* makeTlsContext(std::string* ca_file);

}  // namespace atelier::test
