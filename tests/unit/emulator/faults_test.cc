#include "emulator/faults.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace atelier::emulator {
namespace {

void add(FaultList& faults, const char* body) {
    ASSERT_TRUE(faults.add(boost::json::parse(body)));
}

TEST(FaultsTest, BefallsMatchingRequestsAsOftenAsTold) {
    FaultList faults;
    add(faults,
        R"({"match":{"endpoint":"/v1/flux-dev","method":"POST"},"times":2,"fault":"status","status":503})");
    EXPECT_FALSE(faults.takeForAnswer({"POST", "/v1/flux-pro-1.1", {}, {}}));
    EXPECT_FALSE(faults.takeForAnswer({"GET", "/v1/flux-dev", {}, {}}));
    EXPECT_EQ(faults.takeForAnswer({"POST", "/v1/flux-dev", {}, {}})->status, 503);
    EXPECT_TRUE(faults.takeForAnswer({"POST", "/v1/flux-dev", {}, {}}));
    EXPECT_FALSE(faults.takeForAnswer({"POST", "/v1/flux-dev", {}, {}}));
}

TEST(FaultsTest, StaysUntilDeletedWhenToldTo) {
    FaultList faults;
    add(faults, R"({"times":-1,"fault":"reset"})");
    for (int i = 0; i < 50; ++i)
        EXPECT_TRUE(faults.takeForAnswer({"GET", "/v1/get_result", {}, {}}));
    faults.clear();
    EXPECT_FALSE(faults.takeForAnswer({"GET", "/v1/get_result", {}, {}}));
}

TEST(FaultsTest, MatchesTheBeginningOfAPathOnlyAtASlash) {
    FaultList faults;
    add(faults, R"({"match":{"endpoint":"/v1/flux-pro-1.1"},"fault":"hang"})");
    EXPECT_FALSE(faults.takeForAnswer({"POST", "/v1/flux-pro-1.1-ultra", {}, {}}));
    add(faults, R"({"match":{"endpoint":"/results"},"fault":"hang"})");
    EXPECT_TRUE(faults.takeForAnswer({"GET", "/results/abc/sample.jpeg", {}, {}}));
}

TEST(FaultsTest, CanBeMeantForOneTask) {
    FaultList faults;
    add(faults, R"({"match":{"endpoint":"/v1","prompt":"red coat"},"fault":"reset"})");
    add(faults, R"({"match":{"prompt":"red coat"},"fault":"error"})");
    add(faults, R"({"match":{"endpoint":"/v1/flux-dev","prompt":"red"},"fault":"lose_task"})");
    EXPECT_FALSE(faults.takeForAnswer({"GET", "/v1/get_result", "a blue coat", {}}));
    EXPECT_TRUE(faults.takeForAnswer({"GET", "/v1/get_result", "a red coat", {}}));
    EXPECT_TRUE(faults.takeForTask({"POST", "/v1/flux-dev", "a blue coat", {}}).empty());
    EXPECT_EQ(faults.takeForTask({"POST", "/v1/flux-dev", "a red coat", {}}).size(), 1u);
    EXPECT_FALSE(faults.takeForPoll({"GET", "/v1/get_result", "a red coat", "/v1/flux-pro"}, true));
    EXPECT_TRUE(faults.takeForPoll({"GET", "/v1/get_result", "a red coat", "/v1/flux-dev"}, true));
    EXPECT_TRUE(faults.empty());
}

TEST(FaultsTest, RefusesWhatItDoesNotKnow) {
    FaultList faults;
    for (const auto* body :
         {R"({})", R"({"fault":"earthquake"})", R"({"fault":"reset","times":0})", R"("reset")"})
        EXPECT_FALSE(faults.add(boost::json::parse(body))) << body;
}

}  // namespace
}  // namespace atelier::emulator
