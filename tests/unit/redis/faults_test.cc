#include "redis/faults.h"

#include "support/matchers.h"

namespace atelier::redis {
namespace {

struct Case {
    const char* fault;
    ErrorCode code;
    const char* says;
    bool elsewhere;
};

class FaultTest : public testing::TestWithParam<Case> {};

TEST_P(FaultTest, SaysWhatIsWrong) {
    const auto& [fault, code, says, elsewhere] = GetParam();
    const auto error = toError(fault, "cache:6379");
    EXPECT_EQ(error.code, code);
    EXPECT_THAT(error.detail, testing::HasSubstr(says));
    EXPECT_THAT(error.detail, testing::Not(testing::HasSubstr("cache:6379")));
    EXPECT_THAT(error.cause, testing::HasSubstr("cache:6379"));
    EXPECT_EQ(asksForAnotherServer(fault), elsewhere);
    EXPECT_EQ(error.retry_after.has_value(), code == ErrorCode::NotReady);
}

constexpr auto kNotReady = ErrorCode::NotReady;
INSTANTIATE_TEST_SUITE_P(
    Every, FaultTest,
    testing::Values(
        Case{"LOADING Redis is loading the dataset in memory", kNotReady, "loading", false},
        Case{"READONLY You can't write against a read only replica.", kNotReady, "replica", true},
        Case{"ERR Error running script: READONLY You can't write against a read only replica",
             kNotReady, "replica", true},
        Case{"MASTERDOWN Link with MASTER is down", kNotReady, "primary", true},
        Case{"UNBLOCKED force unblock from blocking operation", kNotReady, "became a replica",
             true},
        Case{"OOM command not allowed when used memory > 'maxmemory'.", kNotReady, "maxmemory",
             false},
        Case{"BUSY Redis is busy running a script.", kNotReady, "busy", false},
        Case{"CLUSTERDOWN The cluster is down", kNotReady, "cluster is down", false},
        Case{"MOVED 3999 127.0.0.1:6381", kNotReady, "cluster", false},
        Case{"CROSSSLOT Keys in request don't hash to the same slot", kNotReady, "{bull}", false},
        Case{"NOAUTH Authentication required.", kNotReady, "password", false},
        Case{"WRONGPASS invalid username-password pair", kNotReady, "REDIS_URL", false},
        Case{"NOPERM this user has no permissions", kNotReady, "permit", false},
        Case{"MISCONF Redis is configured to save RDB snapshots", kNotReady, "disk", false},
        Case{"ERR max number of clients reached", kNotReady, "clients", false},
        Case{"WRONGTYPE Operation against a key", ErrorCode::Internal, "refused", false},
        Case{"ERR unknown command", ErrorCode::Internal, "refused", false}));

}  // namespace
}  // namespace atelier::redis
