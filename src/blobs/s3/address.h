#pragma once

#include <string>
#include <string_view>

#include "config/settings.h"

namespace atelier::s3 {

/// Where a bucket is found.
struct Address {
    std::string origin;  ///< `https://bucket.s3.example:9000`, no trailing slash
    std::string
        host;  ///< of it, as the Host header has it: without the port when it is the scheme's own
    std::string prefix;  ///< of the path, before the slash and the key: the endpoint's own path,
                         ///< and the bucket in path style

    /// The path of an object, of the bucket itself when `key` is empty.
    std::string pathOf(std::string_view key) const {
        return key.empty() && !prefix.empty() ? prefix : prefix + "/" + std::string{key};
    }
};

/// An endpoint that is an IP address is always used in path style: no host names lie below it.
/// `settings` must have an endpoint and a bucket.
Address addressOf(const S3Settings& settings);

}  // namespace atelier::s3
