#pragma once

#include <string>

#include "config/settings.h"
#include "domain/error.h"
#include "ports/http_client.h"

namespace atelier::s3 {

/// A request that did not succeed.
struct Failure {
    int status = 0;        ///< 0: there was no answer
    std::string code;      ///< as S3 names it: `NoSuchKey`; empty when the answer does not say
    bool passing = false;  ///< the same request may succeed a moment later
    std::string
        why;  ///< for the operator: what is wrong and which setting mends it; never a secret

    bool isNoSuchKey() const { return code == "NoSuchKey" || (status == 404 && code.empty()); }
};

/// What an answer that is no success means. `now` is compared with its Date.
Failure refusal(const S3Settings& settings, const HttpResponse& response, Instant now);

/// What an exchange that broke means.
Failure breakdown(const S3Settings& settings, const HttpError& error);

/// NotReady: clients learn that pictures are out of reach, the cause says why.
Error toError(const Failure& failure);

}  // namespace atelier::s3
