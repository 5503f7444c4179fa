// Against a service that answers as the test says.
#include <mutex>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "blobs/s3/multipart_upload.h"
#include "blobs/s3/s3_blob_store.h"
#include "net/curl_http_client.h"
#include "support/eager_clock.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "support/scripted_server.h"
#include "util/encoding.h"

namespace atelier::test {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::HasSubstr;
using testing::Pointee;

const std::string kContent = randomBytes(100'000);
const std::string kKey = blobKey(kContent, "jpg");

/// A store whose service does what the next of `steps` says; after the last one, that one again.
class S3FaultsTest : public testing::Test {
  protected:
    using Step = std::function<void(Peer&)>;

    static Step replies(int status, std::string body, std::string headers = {}) {
        return [status, body, headers](Peer& peer) { peer.reply(status, body, headers); };
    }
    static Step refuses(int status, const std::string& code) {
        return replies(
            status, fmt::format("<Error><Code>{}</Code><Message>so it is</Message></Error>", code));
    }
    static Step resets() {
        return [](Peer& peer) { peer.reset(); };
    }

    void script(std::vector<Step> steps) {
        std::lock_guard lock{mutex_};
        steps_ = std::move(steps);
        next_ = 0;
    }
    std::vector<std::string> seen() const {
        std::vector<std::string> out;
        for (const auto& request : server_.requests())
            out.push_back(request.method + request.target.substr(request.target.rfind('/')));
        return out;
    }

  private:
    void answer(Peer& peer) {
        Step step;
        {
            std::lock_guard lock{mutex_};
            step = steps_.at(std::min(next_++, steps_.size() - 1));
        }
        step(peer);
    }
    S3Settings settings() const {
        S3Settings out;
        out.endpoint = fmt::format("http://127.0.0.1:{}", server_.port());
        out.bucket = "pictures";
        out.access_key_id = "id";
        out.secret_access_key = "secret";
        return out;
    }

    std::mutex mutex_;
    std::vector<Step> steps_;  // guarded by mutex_
    std::size_t next_ = 0;     // guarded by mutex_
    ScriptedServer server_{[this](Peer& peer, const SeenRequest&) { answer(peer); }};
    EagerClock clock_;
    WorkerPool pool_{"s3", 1, 100};

  protected:
    S3BlobStore blobs_{settings(), std::make_unique<CurlHttpClient>(), clock_, pool_};
};

TEST_F(S3FaultsTest, AnOverloadedServiceIsAskedAgain) {
    script({refuses(503, "SlowDown"), replies(503, ""), refuses(500, "InternalError"),
            replies(200, kContent)});
    EXPECT_THAT(runTask(blobs_.get(kKey)), isOkAnd(Pointee(Eq(kContent))));
    EXPECT_EQ(seen().size(), 4U);
}

TEST_F(S3FaultsTest, ABrokenConnectionIsTriedAgain) {
    const auto cut = [](Peer& peer) {
        peer.write(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", kContent.size()));
        peer.write(kContent.substr(0, 1'000));
        peer.reset();
    };
    script({resets(), cut, replies(200, kContent)});
    EXPECT_THAT(runTask(blobs_.get(kKey)), isOkAnd(Pointee(Eq(kContent))));
}

TEST_F(S3FaultsTest, ADownloadThatEndsTooSoonIsNoticedWithoutALength) {
    const auto cut = [](Peer& peer) {
        peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + kContent.substr(0, 99'000));
        throw ScriptedServer::Done{};
    };
    script({cut, replies(200, kContent)});
    EXPECT_THAT(runTask(blobs_.get(kKey)), isOkAnd(Pointee(Eq(kContent))));
}

TEST_F(S3FaultsTest, DamagedContentIsNeverGivenOut) {
    script({replies(200, "something else")});
    const auto got = runTask(blobs_.get(kKey));
    ASSERT_THAT(got, failsWith(ErrorCode::NotReady));
    EXPECT_THAT(got.error().cause, HasSubstr(kKey));
    const auto part = runTask(blobs_.getRange(kKey, 0, 14));
    EXPECT_THAT(part, failsWith(ErrorCode::NotReady));
}

TEST_F(S3FaultsTest, AServiceWithoutRangesServesRanges) {
    script({replies(200, kContent)});
    EXPECT_THAT(runTask(blobs_.getRange(kKey, 10, 20)), isOkAnd(Eq(kContent.substr(10, 20))));
    EXPECT_THAT(runTask(blobs_.getRange(kKey, 99'990, 20)), isOkAnd(Eq(kContent.substr(99'990))));
    EXPECT_THAT(runTask(blobs_.getRange(kKey, 100'000, 20)), isOkAnd(Eq("")));
}

TEST_F(S3FaultsTest, APartThatIsTooShortIsNoticed) {
    script({replies(206, "abc", "Content-Range: bytes 0-9/100000\r\n")});
    EXPECT_THAT(runTask(blobs_.getRange(kKey, 0, 10)), failsWith(ErrorCode::NotReady));
}

TEST_F(S3FaultsTest, PatienceEnds) {
    script({replies(503, "")});
    const auto got = runTask(blobs_.get(kKey));
    ASSERT_THAT(got, failsWith(ErrorCode::NotReady));
    EXPECT_TRUE(got.error().retry_after);
    EXPECT_EQ(seen().size(), 7U);
}

TEST_F(S3FaultsTest, PingIsOneTry) {
    script({replies(503, "")});
    EXPECT_THAT(runTask(blobs_.ping()), failsWith(ErrorCode::NotReady));
    EXPECT_EQ(seen().size(), 1U);
}

TEST_F(S3FaultsTest, ARefusalIsNotRepeated) {
    script({refuses(403, "SignatureDoesNotMatch")});
    EXPECT_THAT(runTask(blobs_.get(kKey)), failsWith(ErrorCode::NotReady));
    EXPECT_EQ(seen().size(), 1U);
}

TEST_F(S3FaultsTest, UploadsSurviveAResetWithinTheBody) {
    script({replies(404, ""), resets(), refuses(503, "SlowDown"), replies(200, "")});
    EXPECT_THAT(runTask(blobs_.put(share(kContent), "jpg")), isOkAnd(Eq(kKey)));
    EXPECT_THAT(seen(), ElementsAre("HEAD/" + kKey, "PUT/" + kKey, "PUT/" + kKey, "PUT/" + kKey));
}

class S3PutAgainTest : public S3FaultsTest {
  protected:
    /// The answer to HEAD: the content is there since ten o'clock.
    static Step thereSinceTen(const std::string& now) {
        return [now](Peer& peer) {
            peer.write(fmt::format(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nDate: Sun, 29 Nov 2026 {} GMT\r\n"
                "Last-Modified: Sun, 29 Nov 2026 10:00:00 GMT\r\n\r\n",
                kContent.size(), now));
        };
    }
    static Step copied(const std::string& at) {
        return replies(200, fmt::format("<CopyObjectResult><LastModified>2026-11-29T{}.000Z</"
                                        "LastModified></CopyObjectResult>",
                                        at));
    }
    std::vector<std::string> methods() {
        EXPECT_THAT(runTask(blobs_.put(share(kContent), "jpg")), isOkAnd(Eq(kKey)));
        std::vector<std::string> out;
        for (const auto& line : seen()) out.push_back(line.substr(0, line.find('/')));
        return out;
    }
};

TEST_F(S3PutAgainTest, FreshContentIsLeftAlone) {
    script({thereSinceTen("10:00:59")});
    EXPECT_THAT(methods(), ElementsAre("HEAD"));
}

TEST_F(S3PutAgainTest, OldContentIsCopiedOntoItself) {
    script({thereSinceTen("11:00:00"), copied("11:00:01")});
    EXPECT_THAT(methods(), ElementsAre("HEAD", "PUT"));
}

TEST_F(S3PutAgainTest, ACopyThatKeepsTheOldTimeIsFollowedByAPut) {
    script({thereSinceTen("11:00:00"), copied("10:00:00"), replies(200, "")});
    EXPECT_THAT(methods(), ElementsAre("HEAD", "PUT", "PUT"));
}

TEST_F(S3PutAgainTest, ACopyThatFailsLateIsFollowedByAPut) {
    script({thereSinceTen("11:00:00"), refuses(200, "NoSuchKey"), replies(200, "")});
    EXPECT_THAT(methods(), ElementsAre("HEAD", "PUT", "PUT"));
}

TEST_F(S3PutAgainTest, ACopyThatIsNotOfferedIsFollowedByAPut) {
    script({thereSinceTen("11:00:00"), refuses(501, "NotImplemented"), replies(200, "")});
    EXPECT_THAT(methods(), ElementsAre("HEAD", "PUT", "PUT"));
}

class S3MultipartFaultsTest : public S3FaultsTest {
  protected:
    const SharedBytes content_ = share(std::string(s3::kPartBytes + 1, 'x'));
    const std::string key_ = blobKey(*content_, "png");
    const Step missing_ = replies(404, "");
    const Step started_ = replies(
        200,
        "<InitiateMultipartUploadResult><UploadId>u-1</UploadId></InitiateMultipartUploadResult>");
    const Step taken_ = replies(200, "", "ETag: \"e\"\r\n");
    const Step completed_ = replies(200, "<CompleteMultipartUploadResult/>");
};

TEST_F(S3MultipartFaultsTest, PartsAreRepeatedAlone) {
    script({missing_, started_, taken_, resets(), taken_, completed_});
    EXPECT_THAT(runTask(blobs_.put(content_, "png")), isOkAnd(Eq(key_)));
    EXPECT_THAT(seen(), ElementsAre("HEAD/" + key_, "POST/" + key_ + "?uploads=",
                                    "PUT/" + key_ + "?partNumber=1&uploadId=u-1",
                                    "PUT/" + key_ + "?partNumber=2&uploadId=u-1",
                                    "PUT/" + key_ + "?partNumber=2&uploadId=u-1",
                                    "POST/" + key_ + "?uploadId=u-1"));
}

TEST_F(S3MultipartFaultsTest, AFailureTakesThePartsAway) {
    script({missing_, started_, taken_, refuses(403, "AccessDenied"), replies(204, "")});
    EXPECT_THAT(runTask(blobs_.put(content_, "png")), failsWith(ErrorCode::NotReady));
    EXPECT_EQ(seen().back(), "DELETE/" + key_ + "?uploadId=u-1");
}

TEST_F(S3MultipartFaultsTest, AnErrorBehind200IsAnError) {
    script({missing_, started_, taken_, taken_, refuses(200, "InternalError"), completed_});
    EXPECT_THAT(runTask(blobs_.put(content_, "png")), isOkAnd(Eq(key_)));
}

TEST_F(S3MultipartFaultsTest, ALostAnswerToTheLastStepIsNoFailure) {
    const auto head = [this](Peer& peer) {
        peer.write(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", content_->size()));
    };
    script({missing_, started_, taken_, taken_, resets(), refuses(404, "NoSuchUpload"), head});
    EXPECT_THAT(runTask(blobs_.put(content_, "png")), isOkAnd(Eq(key_)));
}

}  // namespace
}  // namespace atelier::test
