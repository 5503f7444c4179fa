// Against a service that checks every signature.
#include <gmock/gmock.h>

#include "blobs/s3/multipart_upload.h"
#include "support/matchers.h"
#include "support/s3_bucket.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;
using testing::Eq;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pointee;
using testing::SizeIs;

class VersitygwTest : public testing::Test {
  protected:
    void SetUp() override {
        if (std::getenv(kS3Endpoint) == nullptr)
            GTEST_SKIP() << "needs versitygw: set " << kS3Endpoint;
        bucket_ = std::make_unique<S3Bucket>();
    }
    HttpResponse plain(const std::string& url, const std::string& method = "GET") {
        return runTask(anyone_.send({.method = method, .url = url}, {})).value();
    }
    std::unique_ptr<S3Bucket> bucket_;
    CurlHttpClient anyone_;
};

TEST_F(VersitygwTest, LargeContentGoesInParts) {
    const auto blobs = bucket_->open();
    const auto content = randomBytes(2 * s3::kPartBytes + 12'345);
    const auto key = runTask(blobs->put(share(content), "png")).value();
    EXPECT_THAT(runTask(blobs->get(key)), isOkAnd(Pointee(Eq(content))));
    EXPECT_THAT(runTask(blobs->getRange(key, s3::kPartBytes - 5, 10)),
                isOkAnd(Eq(content.substr(s3::kPartBytes - 5, 10))));
    EXPECT_THAT(runTask(blobs->getRange(key, 0, std::ssize(content))), isOkAnd(Eq(content)));
    EXPECT_EQ(runTask(blobs->stat(key)).value()->bytes, std::ssize(content));
}

TEST_F(VersitygwTest, LinksOpenOneObjectForAWhile) {
    auto settings = bucket_->settings;
    EXPECT_EQ(bucket_->open()->directUrl(blobKey("picture", "jpg"), 300s), std::nullopt);
    settings.files_redirect = true;
    const auto blobs = bucket_->open(settings);
    const auto key = runTask(blobs->put(share("picture"), "jpg")).value();
    const auto url = *blobs->directUrl(key, 300s);
    const auto answer = plain(url);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "picture");
    EXPECT_EQ(answer.headers.at("content-type"), "image/jpeg");
    EXPECT_EQ(plain(url.substr(0, url.find('?'))).status, 403);
    EXPECT_EQ(plain(url, "DELETE").status, 403);
    EXPECT_EQ(blobs->directUrl("../etc/passwd", 300s), std::nullopt);
}

TEST_F(VersitygwTest, ListsBlobsOnly) {
    const auto blobs = bucket_->open();
    SystemClock clock;
    s3::Client client{bucket_->settings, std::make_unique<CurlHttpClient>(), clock, {}};
    for (const std::string key : {"0-not ours & strange.txt", "f/folder/object.jpg", "zz"})
        ASSERT_TRUE(runTask(client.send(
            {.method = "PUT", .key = key, .body = share("x"), .body_sha256 = sha256Hex("x")})))
            << key;
    std::vector<std::string> keys;
    for (int i = 0; i < 7; ++i)
        keys.push_back(runTask(blobs->put(share(std::to_string(i)), "webp")).value());
    std::ranges::sort(keys);
    const auto listed = runTask(blobs->list("", 5)).value();
    ASSERT_THAT(listed, SizeIs(5));
    EXPECT_EQ(listed.back().key, keys[4]);
    EXPECT_EQ(listed.back().bytes, 1);
    EXPECT_THAT(runTask(blobs->list(keys[4], 100)), isOkAnd(SizeIs(2)));
    EXPECT_THAT(runTask(blobs->list(keys[6], 100)), isOkAnd(IsEmpty()));
}

struct Mistake {
    std::string name;
    std::function<void(S3Settings&)> make;
    std::string said;
};

TEST_F(VersitygwTest, SaysWhichSettingIsWrong) {
    const std::vector<Mistake> mistakes{
        {"bucket", [](S3Settings& s) { s.bucket = "no-such-bucket"; },
         "there is no bucket \"no-such-bucket\" (S3_BUCKET)"},
        {"secret", [](S3Settings& s) { s.secret_access_key = "a-wrong-secret"; },
         "S3_SECRET_ACCESS_KEY is not the secret"},
        {"key id", [](S3Settings& s) { s.access_key_id = "nobody"; },
         "S3_ACCESS_KEY_ID \"nobody\" is not known"},
        {"region", [](S3Settings& s) { s.region = "mars-north-1"; }, "us-east-1"},
        {"endpoint", [](S3Settings& s) { s.endpoint = "http://127.0.0.1:1"; },
         "no answer from http://127.0.0.1:1 (S3_ENDPOINT)"},
    };
    for (const auto& [name, make, said] : mistakes) {
        auto settings = bucket_->settings;
        make(settings);
        const auto blobs = bucket_->open(settings);
        for (const auto& failure :
             {runTask(blobs->ping()).error(), runTask(blobs->put(share("x"), "jpg")).error(),
              runTask(blobs->stat(blobKey("x", "jpg"))).error(),
              runTask(blobs->list("", 1)).error()}) {
            EXPECT_EQ(failure.code, ErrorCode::NotReady) << name;
            EXPECT_THAT(failure.cause, HasSubstr(said)) << name;
            EXPECT_THAT(failure.detail + failure.cause, Not(HasSubstr(*settings.secret_access_key)))
                << name;
        }
        EXPECT_THAT(runTask(blobs->get(blobKey("x", "jpg"))), failsWith(ErrorCode::NotReady))
            << name;
    }
}

}  // namespace
}  // namespace atelier::test
