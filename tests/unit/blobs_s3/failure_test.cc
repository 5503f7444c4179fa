#include "blobs/s3/failure.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace atelier::s3 {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 29} +
                       std::chrono::hours{12}};

S3Settings settings() {
    S3Settings out;
    out.endpoint = "https://s3.example";
    out.bucket = "pictures";
    out.region = "eu-west-1";
    out.access_key_id = "the-id";
    out.secret_access_key = "the-very-secret";
    return out;
}

Failure said(int status, const std::string& code, std::map<std::string, std::string> headers = {},
             const std::string& more = {}) {
    auto body = fmt::format(
        "<Error><Code>{}</Code><Message>as the service puts it</Message>{}</Error>", code, more);
    return refusal(settings(), {status, std::move(headers), std::move(body)}, kNow);
}

TEST(S3FailureTest, NamesTheSettingToMend) {
    EXPECT_THAT(said(404, "NoSuchBucket").why,
                AllOf(HasSubstr("\"pictures\" (S3_BUCKET)"), HasSubstr("https://s3.example")));
    EXPECT_THAT(said(403, "InvalidAccessKeyId").why,
                HasSubstr("S3_ACCESS_KEY_ID \"the-id\" is not known"));
    EXPECT_THAT(said(403, "SignatureDoesNotMatch").why,
                HasSubstr("S3_SECRET_ACCESS_KEY is not the secret"));
    EXPECT_THAT(said(403, "AccessDenied").why, HasSubstr("s3:ListBucket"));
    EXPECT_THAT(said(400, "AuthorizationHeaderMalformed", {}, "<Region>us-west-2</Region>").why,
                HasSubstr("is in region us-west-2, but S3_REGION is eu-west-1"));
    EXPECT_THAT(said(301, "PermanentRedirect", {{"x-amz-bucket-region", "us-west-2"}}).why,
                HasSubstr("us-west-2"));
    EXPECT_THAT(said(418, "Teapot").why, HasSubstr("418 Teapot as the service puts it"));
}

TEST(S3FailureTest, SaysHowFarTheClocksAreApart) {
    EXPECT_THAT(said(403, "RequestTimeTooSkewed", {{"date", "Sun, 29 Nov 2026 11:39:30 GMT"}}).why,
                HasSubstr("is 1230 s ahead of"));
    EXPECT_THAT(said(403, "RequestTimeTooSkewed", {{"date", "Sun, 29 Nov 2026 13:00:00 GMT"}}).why,
                HasSubstr("is 3600 s behind"));
    EXPECT_THAT(said(403, "RequestTimeTooSkewed").why, HasSubstr("differs too much"));
}

TEST(S3FailureTest, TellsWhatPasses) {
    for (const auto& [status, code] :
         std::vector<std::pair<int, std::string>>{{503, "SlowDown"},
                                                  {503, ""},
                                                  {500, "InternalError"},
                                                  {502, ""},
                                                  {504, ""},
                                                  {429, ""},
                                                  {400, "RequestTimeout"},
                                                  {409, "OperationAborted"},
                                                  {200, "InternalError"}})
        EXPECT_TRUE(said(status, code).passing) << status << code;
    for (const auto& [status, code] :
         std::vector<std::pair<int, std::string>>{{404, "NoSuchKey"},
                                                  {403, "SignatureDoesNotMatch"},
                                                  {400, "InvalidArgument"},
                                                  {501, "NotImplemented"}})
        EXPECT_FALSE(said(status, code).passing) << status << code;
}

TEST(S3FailureTest, AMissingBucketIsNoMissingKey) {
    EXPECT_TRUE(said(404, "NoSuchKey").isNoSuchKey());
    EXPECT_FALSE(said(404, "NoSuchBucket").isNoSuchKey());
    EXPECT_TRUE(refusal(settings(), {404, {}, ""}, kNow).isNoSuchKey());
}

TEST(S3FailureTest, BrokenExchangesAreToldByWhetherTheyMayWorkAgain) {
    EXPECT_TRUE(breakdown(settings(), {HttpFailure::NotSent, "refused"}).passing);
    EXPECT_TRUE(breakdown(settings(), {HttpFailure::Ambiguous, "reset"}).passing);
    EXPECT_FALSE(breakdown(settings(), {HttpFailure::TooLarge, "too much"}).passing);
    EXPECT_THAT(breakdown(settings(), {HttpFailure::NotSent, "refused"}).why,
                HasSubstr("https://s3.example (S3_ENDPOINT): refused"));
}

TEST(S3FailureTest, ClientsLearnNothingOfTheBucket) {
    const auto error = toError(said(403, "SignatureDoesNotMatch"));
    EXPECT_EQ(error.code, ErrorCode::NotReady);
    EXPECT_THAT(error.detail, AllOf(Not(HasSubstr("the-id")), Not(HasSubstr("pictures\"")),
                                    Not(HasSubstr("s3.example"))));
    EXPECT_THAT(error.cause, AllOf(HasSubstr("the-id"), Not(HasSubstr("the-very-secret"))));
}

}  // namespace
}  // namespace atelier::s3
