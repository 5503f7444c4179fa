#include "blobs/s3/s3_blob_store.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "blobs/s3/multipart_upload.h"
#include "blobs/s3/xml.h"
#include "util/http_date.h"

namespace atelier {
namespace {

using s3::Failure;
using s3::Request;
using s3::toError;

constexpr int kDownloadTries = 3;  ///< of content that arrives damaged
constexpr int kMostKeysOfAPage = 1'000;
constexpr Seconds kFresh{60};
constexpr Millis kDownloadTimeout{30'000};
constexpr Millis kPingTimeout{3'000};

std::unexpected<Error> noSuchBlob() {
    return failure(ErrorCode::NotFound, "there is no such picture");
}

std::unexpected<Error> broken(std::string why) {
    return failure(toError(Failure{200, {}, false, std::move(why)}));
}

std::unexpected<Error> damaged(const std::string& key) {
    return broken(
        fmt::format("object {} does not have the content that its name says: it is damaged in the "
                    "bucket or on the way",
                    key));
}

/// What a GET of an object says; a bucket that is missing is no missing picture.
std::unexpected<Error> getFailure(const Failure& failed) {
    if (failed.isNoSuchKey()) return noSuchBlob();
    return failure(toError(failed));
}

std::int64_t numberIn(std::string_view text) {
    std::int64_t number = -1;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::optional<BlobInfo> infoOf(const std::string& key, HttpResponse& head) {
    const auto bytes = numberIn(head.headers["content-length"]);
    const auto modified_at = parseHttpDate(head.headers["last-modified"]);
    if (bytes < 0 || !modified_at) return std::nullopt;
    return BlobInfo{key, bytes, *modified_at};
}

/// The size of the object that a whole or a part of was sent.
std::int64_t totalOf(HttpResponse& response) {
    if (response.status != 206) return std::ssize(response.body);
    const auto& range = response.headers["content-range"];
    return numberIn(std::string_view{range}.substr(range.rfind('/') + 1));
}

std::string rangeOf(std::int64_t offset, std::int64_t length) {
    if (length > std::numeric_limits<std::int64_t>::max() - offset)
        return fmt::format("bytes={}-", offset);
    return fmt::format("bytes={}-{}", offset, offset + length - 1);
}

}  // namespace

S3BlobStore::S3BlobStore(S3Settings settings, std::unique_ptr<HttpClient> http, Clock& clock,
                         WorkerPool& pool, s3::Patience patience)
    : direct_links_{settings.files_redirect},
      client_{std::move(settings), std::move(http), clock, patience},
      pool_{pool} {}

template <class Fn>
Task<Result<std::invoke_result_t<Fn>>> S3BlobStore::onPool(Fn fn) {
    auto done = co_await pool_.run(std::move(fn));
    if (!done) {
        Error error{
            ErrorCode::NotReady, "the picture store has too much to do", {}, Millis{1'000}, {}, {}};
        co_return failure(std::move(error));
    }
    co_return std::move(*done);
}

Task<Result<std::string>> S3BlobStore::put(SharedBytes content, std::string extension) {
    auto name = [content, extension] { return blobKey(*content, extension); };
    auto key = co_await onPool(std::move(name));
    if (!key) co_return failure(std::move(key.error()));
    if (!isBlobKey(*key))
        co_return failure(ErrorCode::UnsupportedMediaType,
                          "pictures are stored as jpg, png or webp");
    auto there = co_await refresh(*key, content->size());
    if (!there) co_return failure(std::move(there.error()));
    if (*there) co_return std::move(*key);

    if (content->size() > s3::kPartBytes) {
        auto sent = co_await s3::uploadInParts(client_, pool_, *key, contentTypeOf(*key), content);
        if (!sent) co_return failure(std::move(sent.error()));
        co_return std::move(*key);
    }
    Request request{.method = "PUT",
                    .key = *key,
                    .headers = {{"content-type", contentTypeOf(*key)}},
                    .body = content,
                    .body_sha256 = key->substr(0, 64)};
    auto sent = co_await client_.send(std::move(request));
    if (!sent) co_return failure(toError(sent.error()));
    co_return std::move(*key);
}

/// By a copy onto itself. Some services leave the time as it is then (versitygw), or cannot do it:
/// they get the content once more. An answer to HEAD does not say what is wrong, that to a PUT
/// will.
Task<Result<bool>> S3BlobStore::refresh(std::string key, std::size_t bytes) {
    auto found = co_await head(key);
    if (!found && found.error().passing) co_return failure(toError(found.error()));
    if (!found || found->headers["content-length"] != std::to_string(bytes)) co_return false;
    const auto modified_at = parseHttpDate(found->headers["last-modified"]);
    const auto now = parseHttpDate(found->headers["date"]);
    if (now && modified_at && *now - *modified_at < kFresh) co_return true;
    Request copy{.method = "PUT",
                 .key = key,
                 .headers = {{"content-type", contentTypeOf(key)},
                             {"x-amz-copy-source", client_.sourceOf(key)},
                             {"x-amz-metadata-directive", "REPLACE"}},
                 .may_fail_late = true};
    auto copied = co_await client_.send(std::move(copy));
    if (!copied) co_return false;
    const auto copied_at = s3::parseCopyTime(copied->body);
    co_return copied_at&& modified_at && *copied_at > *modified_at;
}

Task<Result<bool>> S3BlobStore::fits(std::string key, const Bytes& content) {
    const auto extension = key.substr(key.rfind('.') + 1);
    auto name = [&content, extension] { return blobKey(content, extension); };
    auto actual = co_await onPool(std::move(name));
    if (!actual) co_return failure(std::move(actual.error()));
    co_return *actual == key;
}

Task<Result<SharedBytes>> S3BlobStore::get(std::string key) {
    if (!isBlobKey(key)) co_return noSuchBlob();
    for (int tries = 0; tries < kDownloadTries; ++tries) {
        Request request{.key = key, .timeout = kDownloadTimeout};
        auto answer = co_await client_.send(std::move(request));
        if (!answer) co_return getFailure(answer.error());
        auto whole = co_await fits(key, answer->body);
        if (!whole) co_return failure(std::move(whole.error()));
        if (*whole) co_return share(std::move(answer->body));
    }
    co_return damaged(key);
}

Task<Result<Bytes>> S3BlobStore::getRange(std::string key, std::int64_t offset,
                                          std::int64_t length) {
    if (!isBlobKey(key)) co_return noSuchBlob();
    Request request{.key = key,
                    .headers = {{"range", rangeOf(offset, std::max<std::int64_t>(length, 1))}},
                    .timeout = kDownloadTimeout};
    auto answer = co_await client_.send(std::move(request));
    if (!answer) {
        const bool behind_the_end = answer.error().status == 416;
        if (behind_the_end) co_return Bytes{};
        co_return getFailure(answer.error());
    }
    const auto total = totalOf(*answer);
    const auto expected =
        std::clamp<std::int64_t>(length, 0, std::max<std::int64_t>(total - offset, 0));
    if (answer->status != 206)
        answer->body.erase(0, static_cast<std::size_t>(std::min(offset, total)));
    if (total < 0 || std::ssize(answer->body) < expected) co_return damaged(key);
    answer->body.resize(static_cast<std::size_t>(expected));
    if (expected == total) {
        auto whole = co_await fits(key, answer->body);
        if (!whole) co_return failure(std::move(whole.error()));
        if (!*whole) co_return damaged(key);
    }
    co_return std::move(answer->body);
}

Task<s3::Answer> S3BlobStore::head(std::string key) {
    return client_.send({.method = "HEAD", .key = std::move(key)});
}

Task<Result<std::optional<BlobInfo>>> S3BlobStore::stat(std::string key) {
    if (!isBlobKey(key)) co_return std::nullopt;
    auto answer = co_await head(key);
    if (answer) {
        auto info = infoOf(key, *answer);
        if (!info) co_return broken("the answer to HEAD has no Content-Length or Last-Modified");
        co_return std::move(info);
    }
    // An answer to HEAD has no body to say what is wrong; without a bucket every object is missing.
    if (!answer.error().passing) {
        auto bucket = co_await ping();
        if (!bucket) co_return failure(std::move(bucket.error()));
    }
    if (answer.error().isNoSuchKey()) co_return std::nullopt;
    co_return failure(toError(answer.error()));
}

Task<Result<>> S3BlobStore::remove(std::string key) {
    if (!isBlobKey(key)) co_return Result<>{};
    Request request{.method = "DELETE", .key = std::move(key)};
    auto answer = co_await client_.send(std::move(request));
    if (!answer && !answer.error().isNoSuchKey()) co_return failure(toError(answer.error()));
    co_return Result<>{};
}

Task<Result<std::vector<BlobInfo>>> S3BlobStore::list(std::string after, int limit) {
    std::vector<BlobInfo> found;
    s3::Pairs query{{"list-type", "2"},
                    {"max-keys", std::to_string(std::min(limit, kMostKeysOfAPage))}};
    if (!after.empty()) query.emplace_back("start-after", after);
    while (std::ssize(found) < limit) {
        Request request{.query = query, .timeout = kDownloadTimeout};
        auto answer = co_await client_.send(std::move(request));
        if (!answer) co_return failure(toError(answer.error()));
        auto page = s3::parseListing(answer->body);
        if (!page) co_return broken("the answer to ListObjectsV2 is not understood");
        for (auto& object : page->objects)
            if (isBlobKey(object.key) && std::ssize(found) < limit)
                found.push_back(std::move(object));
        if (page->continuation.empty()) break;
        std::erase_if(query, [](const auto& pair) { return pair.first == "continuation-token"; });
        query.emplace_back("continuation-token", page->continuation);
    }
    co_return std::move(found);
}

std::optional<std::string> S3BlobStore::directUrl(const std::string& key, Seconds lifetime) const {
    if (!direct_links_ || !isBlobKey(key)) return std::nullopt;
    return client_.linkTo(key, lifetime);
}

Task<Result<>> S3BlobStore::ping() {
    Request request{.query = {{"list-type", "2"}, {"max-keys", "1"}},
                    .patient = false,
                    .timeout = kPingTimeout};
    auto answer = co_await client_.send(std::move(request));
    if (!answer) co_return failure(toError(answer.error()));
    co_return Result<>{};
}

}  // namespace atelier
