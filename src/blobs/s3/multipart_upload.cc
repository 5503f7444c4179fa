#include "blobs/s3/multipart_upload.h"

#include "blobs/s3/xml.h"
#include "util/encoding.h"

namespace atelier::s3 {
namespace {

struct Part {
    SharedBytes bytes;
    std::string sha256;
};

Failure notUnderstood(const char* what) {
    return {
        200,
        {},
        false,
        std::string{"the S3 service answers "} + what + " without what belongs into the answer"};
}

class Upload {
  public:
    Upload(Client& client, WorkerPool& pool, std::string key)
        : client_{client}, pool_{pool}, key_{std::move(key)} {}

    Task<Result<>> start(std::string content_type) {
        Request request{.method = "POST",
                        .key = key_,
                        .query = {{"uploads", ""}},
                        .headers = {{"content-type", content_type}}};
        auto answer = co_await client_.send(std::move(request));
        if (!answer) co_return failure(toError(answer.error()));
        auto id = parseUploadId(answer->body);
        if (!id) co_return failure(toError(notUnderstood("CreateMultipartUpload")));
        id_ = std::move(*id);
        co_return Result<>{};
    }

    Task<Result<>> sendAll(SharedBytes content) {
        for (std::size_t at = 0; at < content->size(); at += kPartBytes) {
            auto sent = co_await send(content, at);
            if (!sent) co_return failure(std::move(sent.error()));
        }
        co_return Result<>{};
    }

    /// When the answer to the first try was lost, the next one finds no upload any more: then the
    /// object tells.
    Task<Result<>> complete(std::size_t bytes) {
        auto body = share(completionOf(etags_));
        Request request{.method = "POST",
                        .key = key_,
                        .query = {{"uploadId", id_}},
                        .body = body,
                        .body_sha256 = sha256Hex(*body),
                        .may_fail_late = true};
        auto answer = co_await client_.send(std::move(request));
        if (answer) co_return Result<>{};
        if (answer.error().status != 404) co_return failure(toError(answer.error()));
        Request look{.method = "HEAD", .key = key_};
        auto found = co_await client_.send(std::move(look));
        if (found && found->headers["content-length"] == std::to_string(bytes))
            co_return Result<>{};
        co_return failure(toError(answer.error()));
    }

    /// As well as can be: what stays is invisible.
    Task<> abort() {
        Request request{.method = "DELETE", .key = key_, .query = {{"uploadId", id_}}};
        co_await client_.send(std::move(request));
    }

  private:
    Task<Result<>> send(SharedBytes content, std::size_t at) {
        auto cut = [content, at] {
            auto bytes = share(content->substr(at, kPartBytes));
            auto sha256 = sha256Hex(*bytes);
            return Part{std::move(bytes), std::move(sha256)};
        };
        auto part = co_await pool_.run(std::move(cut));
        if (!part) co_return failure(ErrorCode::NotReady, "the picture store has too much to do");
        const auto number = std::to_string(etags_.size() + 1);
        Request request{.method = "PUT",
                        .key = key_,
                        .query = {{"partNumber", number}, {"uploadId", id_}},
                        .body = part->bytes,
                        .body_sha256 = part->sha256};
        auto answer = co_await client_.send(std::move(request));
        if (!answer) co_return failure(toError(answer.error()));
        etags_.push_back(answer->headers["etag"]);
        co_return Result<>{};
    }

    Client& client_;
    WorkerPool& pool_;
    const std::string key_;
    std::string id_;
    std::vector<std::string> etags_;
};

}  // namespace

Task<Result<>> uploadInParts(Client& client, WorkerPool& pool, std::string key,
                             std::string content_type, SharedBytes content) {
    Upload upload{client, pool, std::move(key)};
    auto done = co_await upload.start(std::move(content_type));
    if (!done) co_return std::move(done);
    done = co_await upload.sendAll(content);
    if (done) done = co_await upload.complete(content->size());
    if (!done) co_await upload.abort();
    co_return std::move(done);
}

}  // namespace atelier::s3
