#include "blobs/disk/disk_blob_store.h"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "blobs/disk/files.h"

namespace atelier {
namespace {

namespace fs = std::filesystem;

Instant toInstant(fs::file_time_type time) {
    return std::chrono::floor<Millis>(std::chrono::file_clock::to_sys(time));
}

bool isTemporary(const fs::path& path) { return path.filename().string().starts_with(files::kTemporaryPrefix); }

/// Folders below `dir` whose names are two hexadecimal digits, in order.
std::vector<fs::path> shards(const fs::path& dir) {
    std::vector<fs::path> out;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator{dir, ignored}) {
        if (entry.path().filename().string().size() == 2) out.push_back(entry.path());
    }
    std::ranges::sort(out);
    return out;
}

/// Blobs in one leaf folder with keys after `after`, in key order.
void collect(const fs::path& leaf, const std::string& after, std::vector<BlobInfo>& out) {
    std::error_code ignored;
    const auto first = out.size();
    for (const auto& entry : fs::directory_iterator{leaf, ignored}) {
        auto key = entry.path().filename().string();
        if (!isBlobKey(key) || key <= after) continue;
        std::error_code gone;
        const auto bytes = entry.file_size(gone);
        const auto modified = entry.last_write_time(gone);
        if (!gone) out.push_back({std::move(key), static_cast<std::int64_t>(bytes), toInstant(modified)});
    }
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(),
              [](const BlobInfo& a, const BlobInfo& b) { return a.key < b.key; });
}

void removeTemporaries(const fs::path& dir) {
    for (const auto& outer : shards(dir)) {
        for (const auto& leaf : shards(outer)) {
            std::error_code ignored;
            for (const auto& entry : fs::directory_iterator{leaf, ignored}) {
                // Another process may be writing right now: only old ones are left-overs.
                const auto age = fs::file_time_type::clock::now() - entry.last_write_time(ignored);
                if (isTemporary(entry.path()) && age > std::chrono::hours{1}) fs::remove(entry.path(), ignored);
            }
        }
    }
}

}  // namespace

Result<std::unique_ptr<DiskBlobStore>> DiskBlobStore::open(fs::path dir, WorkerPool& io_pool) {
    if (auto made = files::makeFolder(fs::absolute(dir)); !made) return failure(std::move(made.error()));
    if (::access(dir.c_str(), W_OK | X_OK) != 0)
        return failure(ErrorCode::NotReady, fmt::format("the folder {} is not writable", dir.string()));
    removeTemporaries(dir);
    return std::unique_ptr<DiskBlobStore>{new DiskBlobStore{fs::absolute(dir), io_pool}};
}

template <class Fn>
Task<std::invoke_result_t<Fn>> DiskBlobStore::onDisk(Fn fn) {
    auto done = co_await io_pool_.run(std::move(fn));
    if (!done) co_return failure(ErrorCode::NotReady, "too much disk work is waiting; try again shortly");
    co_return std::move(*done);
}

fs::path DiskBlobStore::pathOf(const std::string& key) const {
    return dir_ / key.substr(0, 2) / key.substr(2, 2) / key;
}

std::optional<fs::path> DiskBlobStore::localPath(const std::string& key) const {
    if (!isBlobKey(key)) return std::nullopt;
    return pathOf(key);
}

Task<Result<std::string>> DiskBlobStore::put(SharedBytes content, std::string extension) {
    auto work = [this, content, extension]() -> Result<std::string> {
        const auto key = blobKey(*content, extension);
        const auto path = pathOf(key);
        std::error_code missing;
        if (fs::file_size(path, missing) == content->size() && !missing) {
            files::touch(path);  // sweeps leave young blobs alone
            return key;
        }
        if (auto made = files::makeFolder(path.parent_path()); !made) return failure(std::move(made.error()));
        if (auto done = files::writeDurably(path, *content); !done) return failure(std::move(done.error()));
        return key;
    };
    return onDisk(std::move(work));
}

Task<Result<SharedBytes>> DiskBlobStore::get(std::string key) {
    auto work = [this, key]() -> Result<SharedBytes> {
        if (!isBlobKey(key)) return failure(ErrorCode::NotFound, "no such picture");
        auto content = files::read(pathOf(key));
        if (!content) return failure(std::move(content.error()));
        return share(std::move(*content));
    };
    return onDisk(std::move(work));
}

Task<Result<Bytes>> DiskBlobStore::getRange(std::string key, std::int64_t offset, std::int64_t length) {
    auto work = [this, key, offset, length]() -> Result<Bytes> {
        if (!isBlobKey(key)) return failure(ErrorCode::NotFound, "no such picture");
        return files::read(pathOf(key), offset, length);
    };
    return onDisk(std::move(work));
}

Task<Result<std::optional<BlobInfo>>> DiskBlobStore::stat(std::string key) {
    auto work = [this, key]() -> Result<std::optional<BlobInfo>> {
        if (!isBlobKey(key)) return std::optional<BlobInfo>{};
        std::error_code missing;
        const auto bytes = fs::file_size(pathOf(key), missing);
        if (missing) return std::optional<BlobInfo>{};
        const auto modified = fs::last_write_time(pathOf(key), missing);
        return std::optional{BlobInfo{key, static_cast<std::int64_t>(bytes), toInstant(modified)}};
    };
    return onDisk(std::move(work));
}

Task<Result<>> DiskBlobStore::remove(std::string key) {
    auto work = [this, key]() -> Result<> {
        std::error_code failed;
        if (isBlobKey(key)) fs::remove(pathOf(key), failed);
        if (failed) return failure(ErrorCode::NotReady, "the folder for pictures cannot be used", failed.message());
        return {};
    };
    return onDisk(std::move(work));
}

Task<Result<std::vector<BlobInfo>>> DiskBlobStore::list(std::string after, int limit) {
    auto work = [this, after, limit]() -> Result<std::vector<BlobInfo>> {
        std::vector<BlobInfo> out;
        const auto most = static_cast<std::size_t>(std::max(limit, 0));
        for (const auto& outer : shards(dir_)) {
            if (outer.filename().string() < after.substr(0, 2)) continue;
            for (const auto& leaf : shards(outer)) {
                if (out.size() >= most) break;
                collect(leaf, after, out);
            }
        }
        if (out.size() > most) out.resize(most);
        return out;
    };
    return onDisk(std::move(work));
}

Task<Result<>> DiskBlobStore::ping() {
    auto work = [this]() -> Result<> {
        if (::access(dir_.c_str(), W_OK | X_OK) != 0)
            return failure(ErrorCode::NotReady, "the folder for pictures is not writable", dir_.string());
        return {};
    };
    return onDisk(std::move(work));
}

}  // namespace atelier
