#pragma once

#include <filesystem>
#include <memory>

#include "ports/blob_store.h"
#include "util/worker_pool.h"

namespace atelier {

/// Blobs as files `<folder>/ab/cd/abcd….jpg`. What is being written lies in `<folder>/tmp` until it
/// is whole. All disk work runs on `pool`; a full pool is NotReady. Several processes may share the
/// folder.
class DiskBlobStore final : public BlobStore {
  public:
    /// Makes the folder when missing and removes what crashed writers left in it an hour or more
    /// ago. Blocking. `pool` must outlive the store. Errors: NotReady (the folder cannot be made or
    /// written).
    static Result<std::unique_ptr<DiskBlobStore>> open(std::filesystem::path folder,
                                                       WorkerPool& pool);

    Task<Result<std::string>> put(SharedBytes content, std::string extension) override;
    Task<Result<SharedBytes>> get(std::string key) override;
    Task<Result<Bytes>> getRange(std::string key, std::int64_t offset,
                                 std::int64_t length) override;
    Task<Result<std::optional<BlobInfo>>> stat(std::string key) override;
    Task<Result<>> remove(std::string key) override;
    Task<Result<std::vector<BlobInfo>>> list(std::string after, int limit) override;
    std::optional<std::filesystem::path> localPath(const std::string& key) const override;
    Task<Result<>> ping() override;

  private:
    DiskBlobStore(std::filesystem::path folder, WorkerPool& pool)
        : folder_{std::move(folder)}, pool_{pool} {}

    /// Where the blob of a well-formed key lies.
    std::filesystem::path fileOf(std::string_view key) const;
    std::filesystem::path freshTempFile() const;
    Result<std::string> putNow(BytesView content, const std::string& extension) const;
    Result<std::optional<BlobInfo>> statNow(const std::string& key) const;
    Result<> removeNow(const std::string& key) const;
    Result<std::vector<BlobInfo>> listNow(const std::string& after, int limit) const;
    Result<> pingNow() const;

    template <class Fn>
    Task<std::invoke_result_t<Fn>> onPool(Fn fn);

    const std::filesystem::path folder_;
    WorkerPool& pool_;
};

}  // namespace atelier
