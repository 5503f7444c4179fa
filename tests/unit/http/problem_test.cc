#include "http/problem.h"

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "http/document.h"

namespace atelier::http {
namespace {

namespace bj = boost::json;
using testing::HasSubstr;
using testing::Not;

bj::object bodyOf(const drogon::HttpResponsePtr& response) {
    return bj::parse(std::string{response->body()}).as_object();
}

TEST(Problem, EveryCodeHasAClientOrServerStatus) {
    for (const auto& info : errorCatalogue()) {
        const auto status = static_cast<int>(statusOf(info.code));
        EXPECT_GE(status, 400) << info.name;
        EXPECT_LT(status, 600) << info.name;
        EXPECT_EQ(bodyOf(problem({info.code, "", "", {}, {}, {}}, "r")).at("code").as_string(),
                  info.name);
    }
}

TEST(Problem, DocumentListsEveryCode) {
    const auto document = bj::parse(Document::parse(Document::embedded()).value().json());
    const auto& listed =
        document.at_pointer("/components/schemas/Problem/properties/code/enum").as_array();
    ASSERT_EQ(listed.size(), errorCatalogue().size());
    for (std::size_t i = 0; i < listed.size(); ++i)
        EXPECT_EQ(listed[i].as_string(), errorCatalogue()[i].name);
}

TEST(Problem, CarriesWhatTheErrorKnows) {
    Error error{
        ErrorCode::InsufficientCredits, "10 credits are needed and 4 are left", "", {}, {}, {}};
    error.figures = {{"needed", 10}, {"available", 4}};
    error.fields = {{"/numSamples", "must be less"}};
    const auto response = problem(error, "req-1");
    const auto body = bodyOf(response);
    EXPECT_EQ(response->statusCode(), drogon::k402PaymentRequired);
    EXPECT_EQ(response->contentTypeString(), "application/problem+json");
    EXPECT_EQ(body.at("type").as_string(), "/docs/errors#insufficient_credits");
    EXPECT_EQ(body.at("status").as_int64(), 402);
    EXPECT_EQ(body.at("needed").as_int64(), 10);
    EXPECT_EQ(body.at("available").as_int64(), 4);
    EXPECT_EQ(body.at("requestId").as_string(), "req-1");
    EXPECT_EQ(body.at("errors").at(0).at("pointer").as_string(), "/numSamples");
}

TEST(Problem, KeepsTheCauseToItself) {
    const auto response =
        problem({ErrorCode::Internal, "", "disk /dev/sda on fire", {}, {}, {}}, "r");
    EXPECT_THAT(std::string{response->body()}, Not(HasSubstr("fire")));
}

TEST(Problem, RoundsRetryAfterUp) {
    const auto response = problem({ErrorCode::NotReady, "", "", Millis{1001}, {}, {}}, "r");
    EXPECT_EQ(response->getHeader("retry-after"), "2");
    EXPECT_EQ(bodyOf(response).at("retryAfter").as_int64(), 2);
}

TEST(Problem, PromisesRetryAfterWithEvery429And503) {
    for (const auto& info : errorCatalogue()) {
        const auto status = statusOf(info.code);
        if (status != drogon::k429TooManyRequests && status != drogon::k503ServiceUnavailable)
            continue;
        EXPECT_NE(problem({info.code, "", "", {}, {}, {}}, "r")->getHeader("retry-after"), "")
            << info.name;
    }
}

TEST(Problem, AsksForBearerWith401) {
    EXPECT_EQ(
        problem({ErrorCode::TokenExpired, "", "", {}, {}, {}}, "r")->getHeader("www-authenticate"),
        "Bearer");
}

TEST(Problem, NeverQuotesBrokenText) {
    const auto response = problem({ErrorCode::BadRequest, "no \xFF", "", {}, {}, {}}, "r");
    EXPECT_EQ(bodyOf(response).at("detail").as_string(), "(not UTF-8)");
}

}  // namespace
}  // namespace atelier::http
