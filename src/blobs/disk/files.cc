#include "blobs/disk/files.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "util/scope_exit.h"

namespace atelier::files {
namespace {

Result<> writeAll(int descriptor, BytesView content) {
    while (!content.empty()) {
        const auto written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return ioFailure("write");
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

Descriptor::~Descriptor() {
    if (value_ >= 0) ::close(value_);
}

std::unexpected<Error> ioFailure(const char* operation) {
    const int code = errno;
    const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
    Error error{ErrorCode::NotReady,
                full ? "the disk of the picture store is full"
                     : "the picture store's disk reports an error",
                fmt::format("{}: {}", operation, std::generic_category().message(code)),
                Millis{5'000},
                {},
                {}};
    return failure(std::move(error));
}

Result<> makeFolder(const std::filesystem::path& folder) {
    if (::mkdir(folder.c_str(), 0700) == 0) return syncFolder(folder.parent_path());
    if (errno == EEXIST) return {};
    return ioFailure("mkdir");
}

Result<> writeDurably(const std::filesystem::path& temp, const std::filesystem::path& target,
                      BytesView content) {
    const Descriptor file{::open(temp.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (file.get() < 0) return ioFailure("open");
    bool moved = false;
    const ScopeExit clean_up{[&] {
        if (!moved) ::unlink(temp.c_str());
    }};
    auto written = writeAll(file.get(), content);
    if (!written) return written;
    if (::fsync(file.get()) != 0) return ioFailure("fsync");
    if (::rename(temp.c_str(), target.c_str()) != 0) return ioFailure("rename");
    moved = true;
    return syncFolder(target.parent_path());
}

Result<> syncFolder(const std::filesystem::path& folder) {
    const Descriptor entries{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (entries.get() < 0) return ioFailure("open");
    if (::fsync(entries.get()) != 0) return ioFailure("fsync");
    return {};
}

Result<Bytes> readRange(const std::filesystem::path& file, std::int64_t offset,
                        std::int64_t length) {
    const Descriptor source{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (source.get() < 0 && errno == ENOENT)
        return failure(ErrorCode::NotFound, "there is no such picture");
    if (source.get() < 0) return ioFailure("open");
    struct stat info{};
    if (::fstat(source.get(), &info) != 0) return ioFailure("fstat");
    const auto start = std::clamp<std::int64_t>(offset, 0, info.st_size);
    Bytes content(
        static_cast<std::size_t>(std::clamp<std::int64_t>(length, 0, info.st_size - start)), '\0');
    for (std::size_t done = 0; done < content.size();) {
        const auto got = ::pread(source.get(), content.data() + done, content.size() - done,
                                 static_cast<off_t>(start + static_cast<std::int64_t>(done)));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return ioFailure("read");
        done += static_cast<std::size_t>(got);
    }
    return content;
}

}  // namespace atelier::files
