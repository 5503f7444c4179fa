#include "queue/local/file_lock.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

namespace atelier {

Result<std::unique_ptr<FileLock>> FileLock::acquire(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return failure(ErrorCode::NotReady,
                       fmt::format("the lock file {} cannot be made", file.string()),
                       std::generic_category().message(errno));
    }
    std::unique_ptr<FileLock> lock{new FileLock{descriptor}};
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        return failure(
            ErrorCode::NotReady,
            fmt::format("another process works on the queue in {}", file.parent_path().string()),
            std::generic_category().message(errno));
    }
    return lock;
}

FileLock::~FileLock() {
    ::close(descriptor_);
}

}  // namespace atelier
