#include "redis/faults.h"

#include <array>

#include <fmt/format.h>

namespace atelier::redis {
namespace {

struct Row {
    std::string_view begins;  ///< of the error reply
    std::string_view detail;
};

constexpr std::array kRows{
    Row{"LOADING", "Redis is still loading its data"},
    Row{"READONLY", "this Redis is a read-only replica"},
    Row{"MASTERDOWN", "this Redis is a replica that has lost its primary"},
    Row{"NOREPLICAS", "Redis has too few replicas to accept writes"},
    Row{"MISCONF", "Redis cannot save to its disk and accepts no writes"},
    Row{"OOM", "Redis is out of memory (maxmemory)"},
    Row{"BUSY", "Redis is busy with a script that takes too long"},
    Row{"TRYAGAIN", "Redis is moving keys between nodes"},
    Row{"CLUSTERDOWN", "the Redis cluster is down"},
    Row{"MOVED",
        "this node of a Redis cluster does not own our keys: use a QUEUE_PREFIX in braces and the "
        "owner's address"},
    Row{"ASK", "Redis is moving keys between nodes"},
    Row{"CROSSSLOT", "a Redis cluster needs a QUEUE_PREFIX in braces, such as {bull}"},
    Row{"NOAUTH", "Redis wants a password: put it into REDIS_URL"},
    Row{"WRONGPASS", "Redis refuses the user or password of REDIS_URL"},
    Row{"NOPERM", "Redis does not permit the user of REDIS_URL what is needed"},
    Row{"UNBLOCKED", "Redis became a replica while we waited"},
    Row{"NOSCRIPT", "Redis forgot a script"},
    Row{"ERR max number of clients", "Redis has too many clients (maxclients)"},
    Row{"ERR DB index", "Redis has no database of the number in REDIS_URL"},
    Row{"ERR invalid DB index", "Redis has no database of the number in REDIS_URL"},
};

constexpr Millis kRetryAfter{1'000};

}  // namespace

Error notReady(std::string detail, std::string cause) {
    return {ErrorCode::NotReady, std::move(detail), std::move(cause), kRetryAfter, {}, {}};
}

Error toError(std::string_view fault, const std::string& where) {
    auto cause = fmt::format("{}: {}", where, fault);
    for (const auto& row : kRows) {
        if (fault.starts_with(row.begins))
            return notReady(std::string{row.detail}, std::move(cause));
    }
    // Errors that a script passes on begin with its own words.
    for (const std::string_view word :
         {"-OOM ", "-READONLY ", "OOM command not allowed", "READONLY You can't write"}) {
        if (!fault.contains(word)) continue;
        return notReady(word.contains("OOM") ? "Redis is out of memory (maxmemory)"
                                             : "this Redis is a read-only replica",
                        std::move(cause));
    }
    return {ErrorCode::Internal, "Redis refused a command", std::move(cause), {}, {}, {}};
}

bool asksForAnotherServer(std::string_view fault) {
    return fault.starts_with("READONLY") || fault.starts_with("MASTERDOWN") ||
           fault.starts_with("UNBLOCKED") || fault.contains("READONLY You can't write");
}

}  // namespace atelier::redis
