#pragma once

#include "http/call.h"

namespace atelier::http {

/// How large a request body may be, by kind of operation.
struct BodyLimits {
    std::size_t json = 1u << 20;
    std::size_t upload =
        20u << 20;  ///< of the picture itself; base64 and the form around it come on top
};

/// The most bytes that `operation`'s body may have.
std::size_t bodyLimit(const Operation& operation, const BodyLimits& limits);

/// Reads and checks the request's body into `call.body` and `call.files`. Takes long for large
/// bodies: run it on a pool then. Fields whose schema says `contentEncoding: base64` are decoded
/// into files under their own name. Errors: UploadTooLarge, UnsupportedMediaType, MalformedJson,
/// MalformedMultipart, BadRequest (no body), ValidationFailed.
Result<> readBody(Call& call, const BodyLimits& limits);

}  // namespace atelier::http
