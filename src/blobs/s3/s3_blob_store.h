#pragma once

#include <memory>

#include "blobs/s3/client.h"
#include "ports/blob_store.h"
#include "util/worker_pool.h"

namespace atelier {

/// Blobs as objects `<key>` of a bucket that is all ours. Uploads are checked by the service
/// against the SHA-256 that their signature covers; whole downloads are checked here against their
/// key. Requests are repeated for 20 s while the service is out of reach or overloaded. A
/// NotReady's cause says what is wrong and which setting mends it. Hashing runs on `pool`; a full
/// pool is NotReady.
class S3BlobStore final : public BlobStore {
  public:
    /// Does no I/O: `ping` tells whether the settings are right. `settings` must have endpoint,
    /// bucket and key. `clock` and `pool` must outlive the store.
    S3BlobStore(S3Settings settings, std::unique_ptr<HttpClient> http, Clock& clock,
                WorkerPool& pool, s3::Patience patience = {});

    Task<Result<std::string>> put(SharedBytes content, std::string extension) override;
    Task<Result<SharedBytes>> get(std::string key) override;
    Task<Result<Bytes>> getRange(std::string key, std::int64_t offset,
                                 std::int64_t length) override;
    Task<Result<std::optional<BlobInfo>>> stat(std::string key) override;
    Task<Result<>> remove(std::string key) override;
    Task<Result<std::vector<BlobInfo>>> list(std::string after, int limit) override;
    std::optional<std::filesystem::path> localPath(const std::string&) const override {
        return std::nullopt;
    }
    /// Of FILES_REDIRECT; `lifetime` is at most a week.
    std::optional<std::string> directUrl(const std::string& key, Seconds lifetime) const override;
    /// One quick try.
    Task<Result<>> ping() override;

  private:
    /// True when the content was there already and its time is new, to the minute.
    Task<Result<bool>> refresh(std::string key, std::size_t bytes);
    Task<s3::Answer> head(std::string key);
    /// Whether `content`, which must outlive the task, has the hash that the key names.
    Task<Result<bool>> fits(std::string key, const Bytes& content);
    template <class Fn>
    Task<Result<std::invoke_result_t<Fn>>> onPool(Fn fn);

    const bool direct_links_;
    s3::Client client_;
    WorkerPool& pool_;
};

}  // namespace atelier
