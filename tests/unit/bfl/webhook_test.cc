#include "bfl/webhook.h"

#include <gmock/gmock.h>

#include "support/matchers.h"
#include "util/encoding.h"

namespace atelier {
namespace {

using test::failsWith;
using test::isOk;

const std::string kSecret = "s3cret";
const std::string kBody =
    R"({"task_id":"t1","status":"SUCCESS","result":{"sample":"https://x/y"}})";

Result<WebhookHint> read(const std::string& body) {
    return BflWebhook{}.verify({{"x-webhook-secret", kSecret}}, body, kSecret);
}

std::string signature(const std::string& secret, const std::string& body) {
    return "sha256=" + toHex(hmacSha256(secret, body));
}

TEST(BflWebhookTest, EitherProofCounts) {
    EXPECT_THAT(BflWebhook{}.verify({{"x-webhook-secret", kSecret}}, kBody, kSecret), isOk());
    EXPECT_THAT(
        BflWebhook{}.verify({{"x-bfl-signature", signature(kSecret, kBody)}}, kBody, kSecret),
        isOk());
}

TEST(BflWebhookTest, WithoutProofNothingIsRead) {
    using Headers = std::map<std::string, std::string>;
    for (const auto& headers :
         {Headers{}, Headers{{"x-webhook-secret", ""}}, Headers{{"x-webhook-secret", "s3creT"}},
          Headers{{"x-webhook-secret", "s3cret2"}}, Headers{{"x-bfl-signature", "sha256="}},
          Headers{{"x-bfl-signature", signature("other", kBody)}},
          Headers{{"x-bfl-signature", signature(kSecret, kBody + " ")}}})
        EXPECT_THAT(BflWebhook{}.verify(headers, kBody, kSecret),
                    failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(BflWebhook{}.verify({{"x-webhook-secret", ""}}, kBody, ""),
                failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(BflWebhook{}.verify({}, "not json", kSecret),
                failsWith(ErrorCode::Unauthenticated));
}

TEST(BflWebhookTest, BothVocabulariesAreUnderstood) {
    EXPECT_EQ(read(kBody)->task_id, "t1");
    EXPECT_EQ(read(R"({"id":"t2","status":"Ready","result":{}})")->task_id, "t2");
    for (const auto* status :
         {"SUCCESS", "FAILED", "Ready", "Error", "Content Moderated", "whatever"})
        EXPECT_TRUE(read(std::string{R"({"id":"t","status":")"} + status + "\"}")->ended) << status;
    for (const auto* status : {"PENDING", "processing", "Pending", "Generating"})
        EXPECT_FALSE(read(std::string{R"({"id":"t","status":")"} + status + "\"}")->ended)
            << status;
}

TEST(BflWebhookTest, RefusesBodiesThatNameNoTask) {
    for (const auto* body :
         {"", "[]", "{}", R"({"id":7})", R"({"id":""})", R"({"id":"t)", R"({"status":"Ready"})"})
        EXPECT_THAT(read(body), failsWith(ErrorCode::BadRequest)) << body;
    EXPECT_THAT(read(R"({"id":")" + std::string(300, 'x') + "\"}"),
                failsWith(ErrorCode::BadRequest));
}

}  // namespace
}  // namespace atelier
