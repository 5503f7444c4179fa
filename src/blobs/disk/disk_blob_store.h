#pragma once

#include <memory>

#include "ports/blob_store.h"
#include "util/worker_pool.h"

namespace atelier {

/// Blobs as files `<dir>/ab/cd/<key>`, on a pool for blocking work. A blob is written
/// to a temporary file, flushed, renamed, and its folder flushed, so that a crash
/// leaves either the whole blob or nothing. Thread-safe, also between processes.
class DiskBlobStore final : public BlobStore {
  public:
    /// Makes `dir` if need be and removes what interrupted writes left behind. Blocking.
    /// Errors: NotReady (not writable; says which folder).
    static Result<std::unique_ptr<DiskBlobStore>> open(std::filesystem::path dir, WorkerPool& io_pool);

    Task<Result<std::string>> put(SharedBytes content, std::string extension) override;
    Task<Result<SharedBytes>> get(std::string key) override;
    Task<Result<Bytes>> getRange(std::string key, std::int64_t offset, std::int64_t length) override;
    Task<Result<std::optional<BlobInfo>>> stat(std::string key) override;
    Task<Result<>> remove(std::string key) override;
    Task<Result<std::vector<BlobInfo>>> list(std::string after, int limit) override;
    std::optional<std::filesystem::path> localPath(const std::string& key) const override;
    Task<Result<>> ping() override;

  private:
    DiskBlobStore(std::filesystem::path dir, WorkerPool& io_pool) : dir_{std::move(dir)}, io_pool_{io_pool} {}
    std::filesystem::path pathOf(const std::string& key) const;

    /// Runs `fn` on the pool; a full pool is NotReady.
    template <class Fn>
    Task<std::invoke_result_t<Fn>> onDisk(Fn fn);

    const std::filesystem::path dir_;
    WorkerPool& io_pool_;
};

}  // namespace atelier
