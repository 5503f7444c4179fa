#include "telemetry/log.h"

#include <thread>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "domain/job_state.h"
#include "telemetry/scrub.h"

namespace atelier::log {
namespace {

using testing::HasSubstr;
using testing::Not;

const Instant kNoon = parseRfc3339("2026-11-23T12:00:00.125Z").value();

TEST(LogTest, WritesOneJsonObjectPerEvent) {
    const auto line = format(kNoon, LogLevel::Info, "job \"finished\"\n",
                             {{"requestId", "r-1"},
                              {"tries", 3},
                              {"ok", true},
                              {"ratio", 0.5},
                              {"status", JobStatus::Succeeded},
                              {"code", ErrorCode::RateLimited},
                              {"took", Millis{15}},
                              {"taskId", std::optional<std::string>{}}});
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto read = boost::json::parse(line).as_object();
    EXPECT_EQ(read.at("ts"), "2026-11-23T12:00:00.125Z");
    EXPECT_EQ(read.at("level"), "info");
    EXPECT_EQ(read.at("msg"), "job \"finished\"\n");
    EXPECT_EQ(read.at("tries"), 3);
    EXPECT_EQ(read.at("ok"), true);
    EXPECT_EQ(read.at("status"), "succeeded");
    EXPECT_EQ(read.at("code"), "rate_limited");
    EXPECT_EQ(read.at("took"), 15);
    EXPECT_FALSE(read.contains("taskId"));
}

TEST(LogTest, FieldsNamedAfterSecretsAreReplaced) {
    for (const auto* key : {"password", "accessToken", "prompt", "email", "jwtSecret", "apiKey"}) {
        const auto line = format(kNoon, LogLevel::Info, "x", {{key, "hunter2"}});
        EXPECT_THAT(line, Not(HasSubstr("hunter2"))) << key;
    }
}

TEST(LogTest, TextThatLooksLikeASecretIsScrubbed) {
    const std::string jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
    EXPECT_EQ(scrub("Authorization: Bearer " + jwt), "Authorization: Bearer [redacted]");
    EXPECT_EQ(scrub("user ann@shop.example failed"), "user [redacted] failed");
    EXPECT_EQ(scrub("key atl_0123456789abcdef"), "key [redacted]");
    EXPECT_EQ(scrub("data:image/png;base64," + std::string(5000, 'A')),
              "data:image/png;base64,[redacted]");
    EXPECT_EQ(scrub("GET /files/" + jwt + "/x"), "GET [redacted]");
}

TEST(LogTest, OrdinaryTextStaysAsItIs) {
    for (const auto* text :
         {"GET /tryon/0193f7a4-7c3e-7b5a-9d67-123456789abc",
          "connect to 127.0.0.1:8080 failed: refused",
          "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "a/b c=d 50% @"})
        EXPECT_EQ(scrub(text), text);
    EXPECT_EQ(scrub(std::string(600, ' ')).size(), 500u);
}

TEST(LogTest, CaptureSeesLinesOfEveryThread) {
    std::vector<std::string> lines;
    const CaptureForTest capture{[&](std::string line) { lines.push_back(std::move(line)); }};
    std::thread{[] { info("from a thread"); }}.join();
    debug("from here");
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_THAT(lines[0], HasSubstr("from a thread"));
}

TEST(LogTest, SessionWritesEverythingBeforeItEnds) {
    testing::internal::CaptureStderr();
    {
        const Session session{LogLevel::Warn};
        for (int i = 0; i < 100; ++i) warn("line", {{"i", i}});
        info("below the level");
    }
    const auto text = testing::internal::GetCapturedStderr();
    EXPECT_EQ(std::ranges::count(text, '\n'), 100);
    EXPECT_THAT(text, Not(HasSubstr("below")));
}

}  // namespace
}  // namespace atelier::log
