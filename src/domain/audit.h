#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/describe.hpp>
#include <boost/json/object.hpp>

#include "domain/ids.h"
#include "util/time.h"

namespace atelier {

/// One line of the audit log. Each carries the hash of the one before, so that a line that was
/// changed, removed or put in between is noticed.
struct AuditEntry {
    std::int64_t seq = 0;         ///< 1, 2, 3, … without gaps
    std::optional<UserId> actor;  ///< absent: the shell or the service itself
    std::string action;           ///< `user.promote`, `api_key.create`, `credits.grant`, …
    std::string subject;          ///< id of what it was done to
    boost::json::object details;  ///< no secrets, no personal data
    std::string request_id;
    Instant at{};
    std::string previous_hash;  ///< of line seq - 1; empty for the first
    std::string hash;           ///< SHA-256 over all of the above, hexadecimal
};
BOOST_DESCRIBE_STRUCT(AuditEntry, (),
                      (seq, actor, action, subject, details, request_id, at, previous_hash, hash))

/// What `hash` must be.
std::string auditHash(const AuditEntry& entry);

}  // namespace atelier
