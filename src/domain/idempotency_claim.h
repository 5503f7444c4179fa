#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <boost/describe.hpp>

#include "domain/ids.h"
#include "util/time.h"

namespace atelier {

/// An answer as it was given, for whoever repeats the request.
struct KeptAnswer {
    std::int64_t status = 0;
    std::map<std::string, std::string> headers;
    std::string body;
};
BOOST_DESCRIBE_STRUCT(KeptAnswer, (), (status, headers, body))

/// What a user's idempotency key stands for. The id of the job is decided before there is a job:
/// whoever goes on after a crash makes the same job, hence at most one.
struct IdempotencyClaim {
    UserId user_id;
    std::string key;
    std::string fingerprint;  ///< of the request the key came with
    JobId job_id;
    Instant lease_until{};  ///< before then whoever claimed the key is taken to be at work
    Instant expires_at{};   ///< then the key is free
    std::optional<KeptAnswer> answer;
};
BOOST_DESCRIBE_STRUCT(IdempotencyClaim, (),
                      (user_id, key, fingerprint, job_id, lease_until, expires_at, answer))

}  // namespace atelier
