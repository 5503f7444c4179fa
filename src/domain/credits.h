#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/describe.hpp>

#include "domain/ids.h"

namespace atelier {

/// Whole credits. One credit is one US cent of provider price, rounded up.
using Credits = std::int64_t;

/// A user's credits at one moment.
struct Balance {
    Credits left = 0;  ///< can be spent
    Credits held = 0;  ///< set aside for jobs
};

/// What credits were spent on or given for.
enum class UsageAction { ModelGen, Tryon, Scene, Grant };
BOOST_DESCRIBE_ENUM(UsageAction, ModelGen, Tryon, Scene, Grant)

/// What one ledger line says.
enum class UsageKind {
    Hold,     ///< credits set aside for a job; creditsLeft fell by creditsUsed
    Settle,   ///< creditsUsed of the hold were spent for good
    Release,  ///< creditsUsed of the hold went back to creditsLeft
    Grant,    ///< creditsUsed were added (negative: taken away)
};
BOOST_DESCRIBE_ENUM(UsageKind, Hold, Settle, Release, Grant)

/// One append-only ledger line, unique by (jobId, kind), or by id for grants.
struct UsageLog {
    UsageId id;
    UserId user_id;
    UsageAction action = UsageAction::Grant;
    UsageKind kind = UsageKind::Grant;
    Credits credits_used = 0;
    std::optional<JobId> job_id;
    std::optional<std::int64_t> sample;
    std::optional<std::string> reason;
    Credits balance = 0;  ///< creditsLeft after this line
    Instant timestamp{};
};
BOOST_DESCRIBE_STRUCT(UsageLog, (),
                      (id, user_id, action, kind, credits_used, job_id, sample, reason, balance,
                       timestamp))

}  // namespace atelier
