#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "util/encoding.h"

namespace atelier::test {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;
using testing::Pointee;
using testing::SizeIs;

class BlobContract : public PortContract<BlobStore> {
  protected:
    std::string stored(Bytes content, std::string extension = "jpg") {
        return runTask(port().put(share(std::move(content)), std::move(extension))).value();
    }
    const std::string unknown_ = blobKey("never stored", "png");
};

TEST_P(BlobContract, PingSucceeds) {
    EXPECT_THAT(runTask(port().ping()), isOk());
}

TEST_P(BlobContract, GivesBackWhatWasPut) {
    const auto content = randomBytes(300'000);
    const auto key = stored(content);
    EXPECT_EQ(key, blobKey(content, "jpg"));
    reopen();
    EXPECT_THAT(runTask(port().get(key)), isOkAnd(Pointee(Eq(content))));
    const auto info = runTask(port().stat(key)).value().value();
    EXPECT_EQ(info.bytes, 300'000);
    EXPECT_NE(info.modified_at, Instant{});
}

TEST_P(BlobContract, PuttingAgainGivesTheSameKey) {
    EXPECT_EQ(stored("same"), stored("same"));
    EXPECT_NE(stored("same", "jpg"), stored("same", "png"));
}

TEST_P(BlobContract, KeepsEmptyContent) {
    const auto key = stored("");
    EXPECT_THAT(runTask(port().get(key)), isOkAnd(Pointee(Eq(""))));
}

TEST_P(BlobContract, ManyMayPutTheSameAtOnce) {
    const auto content = share(randomBytes(100'000));
    std::vector<Task<Result<std::string>>> puts;
    for (int i = 0; i < 20; ++i) puts.push_back(port().put(content, "webp"));
    for (const auto& key : runAll(std::move(puts)))
        EXPECT_THAT(key, isOkAnd(Eq(blobKey(*content, "webp"))));
    EXPECT_THAT(runTask(port().list("", 100)), isOkAnd(SizeIs(1)));
}

TEST_P(BlobContract, CutsRanges) {
    const auto key = stored("0123456789");
    EXPECT_THAT(runTask(port().getRange(key, 2, 3)), isOkAnd(Eq("234")));
    EXPECT_THAT(runTask(port().getRange(key, 8, 100)), isOkAnd(Eq("89")));
    EXPECT_THAT(runTask(port().getRange(key, 10, 1)), isOkAnd(Eq("")));
    EXPECT_THAT(runTask(port().getRange(key, 0, INT64_MAX)), isOkAnd(Eq("0123456789")));
}

TEST_P(BlobContract, UnknownKeysAreNotFound) {
    EXPECT_THAT(runTask(port().get(unknown_)), failsWith(ErrorCode::NotFound));
    EXPECT_THAT(runTask(port().getRange(unknown_, 0, 1)), failsWith(ErrorCode::NotFound));
    EXPECT_THAT(runTask(port().stat(unknown_)), isOkAnd(Eq(std::nullopt)));
    EXPECT_EQ(port().localPath(unknown_), std::nullopt);
}

TEST_P(BlobContract, KeysThatAreNoneLeadNowhere) {
    for (const std::string key : {"", "..", "../../etc/passwd", "/etc/passwd", "ab", "tmp/x.jpg"}) {
        EXPECT_THAT(runTask(port().get(key)), failsWith(ErrorCode::NotFound)) << key;
        EXPECT_THAT(runTask(port().getRange(key, 0, 1)), failsWith(ErrorCode::NotFound)) << key;
        EXPECT_THAT(runTask(port().stat(key)), isOkAnd(Eq(std::nullopt))) << key;
        EXPECT_THAT(runTask(port().remove(key)), isOk()) << key;
        EXPECT_EQ(port().localPath(key), std::nullopt) << key;
    }
    EXPECT_THAT(runTask(port().put(share("x"), "../x")),
                failsWith(ErrorCode::UnsupportedMediaType));
}

TEST_P(BlobContract, RemovesAndForgives) {
    const auto key = stored("gone");
    EXPECT_THAT(runTask(port().remove(key)), isOk());
    EXPECT_THAT(runTask(port().remove(key)), isOk());
    EXPECT_THAT(runTask(port().get(key)), failsWith(ErrorCode::NotFound));
}

TEST_P(BlobContract, ListsInKeyOrderFromAnywhere) {
    std::vector<std::string> keys;
    for (int i = 0; i < 25; ++i)
        keys.push_back(stored("picture " + std::to_string(i), i % 2 == 0 ? "jpg" : "png"));
    std::ranges::sort(keys);
    std::vector<std::string> listed;
    for (std::string after;;) {
        const auto part = runTask(port().list(after, 10)).value();
        if (part.empty()) break;
        EXPECT_LE(part.size(), 10U);
        for (const auto& info : part) listed.push_back(info.key);
        after = part.back().key;
    }
    EXPECT_EQ(listed, keys);
}

INSTANTIATE_TEST_SUITE_P(Every, BlobContract, testing::ValuesIn(blobBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
