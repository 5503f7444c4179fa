#include "blobs/disk/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "util/encoding.h"
#include "util/scope_exit.h"

namespace atelier::files {
namespace {

std::unexpected<Error> notReady(std::string_view what, const std::filesystem::path& path) {
    const int code = errno;
    if (code == ENOSPC || code == EDQUOT)
        return failure(ErrorCode::NotReady, "the disk for pictures is full; nothing was stored", path.string());
    return failure(ErrorCode::NotReady, "the folder for pictures cannot be used",
                   fmt::format("{} {}: {}", what, path.string(), std::strerror(code)));
}

/// A file descriptor that closes itself.
class Descriptor {
  public:
    Descriptor(const std::filesystem::path& path, int flags, mode_t mode = 0)
        : fd_{::open(path.c_str(), flags | O_CLOEXEC, mode)} {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    bool ok() const { return fd_ >= 0; }
    int get() const { return fd_; }

  private:
    int fd_;
};

bool writeAll(int fd, BytesView content) {
    while (!content.empty()) {
        const auto written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

Result<> syncFolder(const std::filesystem::path& folder) {
    const Descriptor descriptor{folder, O_RDONLY | O_DIRECTORY};
    if (!descriptor.ok() || ::fsync(descriptor.get()) != 0) return notReady("flush", folder);
    return {};
}

}  // namespace

Result<> writeDurably(const std::filesystem::path& path, BytesView content) {
    const auto temporary =
        path.parent_path() / (std::string{kTemporaryPrefix} + toHex(randomBytes(8)));
    // After the rename there is nothing left to remove.
    const ScopeExit cleanup{[&] { ::unlink(temporary.c_str()); }};
    {
        const Descriptor file{temporary, O_WRONLY | O_CREAT | O_EXCL, 0644};
        if (!file.ok()) return notReady("create", temporary);
        if (!writeAll(file.get(), content)) return notReady("write", temporary);
        if (::fsync(file.get()) != 0) return notReady("flush", temporary);
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) return notReady("rename", path);
    return syncFolder(path.parent_path());
}

Result<Bytes> read(const std::filesystem::path& path, std::int64_t offset, std::int64_t length) {
    const Descriptor file{path, O_RDONLY};
    if (!file.ok() && errno == ENOENT) return failure(ErrorCode::NotFound, "no such picture");
    if (!file.ok()) return notReady("open", path);
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return notReady("stat", path);

    const std::int64_t size = info.st_size;
    const auto begin = std::min(offset, size);
    const auto end = length < 0 ? size : std::min(size, begin + length);
    Bytes content(static_cast<std::size_t>(end - begin), '\0');
    std::size_t done = 0;
    while (done < content.size()) {
        const auto got = ::pread(file.get(), content.data() + done, content.size() - done,
                                 begin + static_cast<std::int64_t>(done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return notReady("read", path);
        done += static_cast<std::size_t>(got);
    }
    return content;
}

Result<> makeFolder(const std::filesystem::path& path) {
    if (std::filesystem::is_directory(path)) return {};
    if (path.has_parent_path() && path.parent_path() != path) {
        if (auto parent = makeFolder(path.parent_path()); !parent) return parent;
    }
    if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return notReady("create", path);
    return path.has_parent_path() ? syncFolder(path.parent_path()) : Result<>{};
}

void touch(const std::filesystem::path& path) { ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0); }

}  // namespace atelier::files
