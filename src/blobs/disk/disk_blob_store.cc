#include "blobs/disk/disk_blob_store.h"

#include <cerrno>
#include <limits>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "blobs/disk/files.h"
#include "util/encoding.h"

namespace atelier {
namespace {

namespace fs = std::filesystem;

constexpr auto kTempFolder = "tmp";
constexpr auto kStaleAfter = std::chrono::hours{1};

/// Removes what crashed writers left. What cannot be looked at or removed stays for the next time.
void sweepStale(const fs::path& folder) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator{folder, ignored}) {
        const auto written = entry.last_write_time(ignored);
        if (!ignored && fs::file_time_type::clock::now() - written >= kStaleAfter)
            fs::remove(entry.path(), ignored);
    }
}

/// Names of the entries of `folder` from `first` on, in order; none when there is no such folder.
std::set<std::string> entriesFrom(const fs::path& folder, const std::string& first) {
    std::set<std::string> names;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator{folder, ignored}) {
        auto name = entry.path().filename().string();
        if (name >= first) names.insert(std::move(name));
    }
    return names;
}

/// Two hexadecimal digits of `key` that name a folder; the first folder of all beyond its end.
std::string shardOf(std::string_view key, std::size_t from) {
    return std::string{key.size() < from + 2 ? std::string_view{"00"} : key.substr(from, 2)};
}

BlobInfo infoOf(const std::string& key, const struct stat& info) {
    const auto since_epoch =
        std::chrono::seconds{info.st_mtim.tv_sec} + std::chrono::nanoseconds{info.st_mtim.tv_nsec};
    return {key, info.st_size, Instant{std::chrono::duration_cast<Millis>(since_epoch)}};
}

std::unexpected<Error> noSuchBlob() {
    return failure(ErrorCode::NotFound, "there is no such picture");
}

}  // namespace

Result<std::unique_ptr<DiskBlobStore>> DiskBlobStore::open(fs::path folder, WorkerPool& pool) {
    std::error_code code;
    fs::create_directories(folder / kTempFolder, code);
    if (code) {
        return failure(ErrorCode::NotReady,
                       fmt::format("the picture folder {} cannot be made", folder.string()),
                       code.message());
    }
    sweepStale(folder / kTempFolder);
    std::unique_ptr<DiskBlobStore> store{new DiskBlobStore{std::move(folder), pool}};
    auto writable = store->pingNow();
    if (!writable) return failure(std::move(writable.error()));
    return store;
}

template <class Fn>
Task<std::invoke_result_t<Fn>> DiskBlobStore::onPool(Fn fn) {
    auto done = co_await pool_.run(std::move(fn));
    if (!done) {
        Error error{
            ErrorCode::NotReady, "the picture store has too much to do", {}, Millis{1'000}, {}, {}};
        co_return failure(std::move(error));
    }
    co_return std::move(*done);
}

fs::path DiskBlobStore::fileOf(std::string_view key) const {
    return folder_ / shardOf(key, 0) / shardOf(key, 2) / key;
}

fs::path DiskBlobStore::freshTempFile() const {
    return folder_ / kTempFolder / toHex(randomBytes(16));
}

Task<Result<std::string>> DiskBlobStore::put(SharedBytes content, std::string extension) {
    return onPool([this, content = std::move(content), extension = std::move(extension)] {
        return putNow(*content, extension);
    });
}

Result<std::string> DiskBlobStore::putNow(BytesView content, const std::string& extension) const {
    auto key = blobKey(content, extension);
    if (!isBlobKey(key))
        return failure(ErrorCode::UnsupportedMediaType, "pictures are stored as jpg, png or webp");
    const auto file = fileOf(key);
    // There already: only its time changes. The folder is synced all the same, as whoever wrote the
    // file may have died between the two.
    if (::utimensat(AT_FDCWD, file.c_str(), nullptr, 0) == 0) {
        auto synced = files::syncFolder(file.parent_path());
        if (!synced) return failure(std::move(synced.error()));
        return key;
    }
    if (errno != ENOENT) return files::ioFailure("utimensat");
    auto made = files::makeFolder(file.parent_path().parent_path());
    if (made) made = files::makeFolder(file.parent_path());
    if (made) made = files::writeDurably(freshTempFile(), file, content);
    if (!made) return failure(std::move(made.error()));
    return key;
}

Task<Result<SharedBytes>> DiskBlobStore::get(std::string key) {
    return onPool([this, key = std::move(key)]() -> Result<SharedBytes> {
        if (!isBlobKey(key)) return noSuchBlob();
        auto content = files::readRange(fileOf(key), 0, std::numeric_limits<std::int64_t>::max());
        if (!content) return failure(std::move(content.error()));
        return share(std::move(*content));
    });
}

Task<Result<Bytes>> DiskBlobStore::getRange(std::string key, std::int64_t offset,
                                            std::int64_t length) {
    return onPool([this, key = std::move(key), offset, length]() -> Result<Bytes> {
        if (!isBlobKey(key)) return noSuchBlob();
        return files::readRange(fileOf(key), offset, length);
    });
}

Task<Result<std::optional<BlobInfo>>> DiskBlobStore::stat(std::string key) {
    return onPool([this, key = std::move(key)] { return statNow(key); });
}

Result<std::optional<BlobInfo>> DiskBlobStore::statNow(const std::string& key) const {
    if (!isBlobKey(key)) return std::nullopt;
    struct stat info{};
    if (::stat(fileOf(key).c_str(), &info) == 0) return infoOf(key, info);
    if (errno == ENOENT) return std::nullopt;
    return files::ioFailure("stat");
}

Task<Result<>> DiskBlobStore::remove(std::string key) {
    return onPool([this, key = std::move(key)] { return removeNow(key); });
}

Result<> DiskBlobStore::removeNow(const std::string& key) const {
    if (!isBlobKey(key) || ::unlink(fileOf(key).c_str()) == 0 || errno == ENOENT) return {};
    return files::ioFailure("unlink");
}

Task<Result<std::vector<BlobInfo>>> DiskBlobStore::list(std::string after, int limit) {
    return onPool([this, after = std::move(after), limit] { return listNow(after, limit); });
}

Result<std::vector<BlobInfo>> DiskBlobStore::listNow(const std::string& after, int limit) const {
    std::vector<BlobInfo> found;
    for (const auto& outer : entriesFrom(folder_, shardOf(after, 0))) {
        if (outer.size() != 2) continue;
        const auto first = outer == shardOf(after, 0) ? shardOf(after, 2) : shardOf({}, 0);
        for (const auto& inner : entriesFrom(folder_ / outer, first)) {
            for (const auto& key : entriesFrom(folder_ / outer / inner, after)) {
                if (std::ssize(found) >= limit) return found;
                if (key == after) continue;
                auto info = statNow(key);
                if (!info) return failure(std::move(info.error()));
                if (*info) found.push_back(std::move(**info));
            }
        }
    }
    return found;
}

std::optional<fs::path> DiskBlobStore::localPath(const std::string& key) const {
    if (!isBlobKey(key)) return std::nullopt;
    auto file = fileOf(key);
    if (::access(file.c_str(), R_OK) != 0) return std::nullopt;
    return file;
}

Task<Result<>> DiskBlobStore::ping() {
    return onPool([this] { return pingNow(); });
}

Result<> DiskBlobStore::pingNow() const {
    if (::access((folder_ / kTempFolder).c_str(), R_OK | W_OK | X_OK) != 0)
        return files::ioFailure("access");
    return {};
}

}  // namespace atelier
