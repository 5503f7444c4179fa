#include "support/small_disk.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>
#include <array>

namespace atelier::test {
namespace {

constexpr auto kBallast = "ballast";

}  // namespace

std::unique_ptr<SmallDisk> SmallDisk::mount() {
    std::unique_ptr<SmallDisk> disk{new SmallDisk};
    if (::mount("tmpfs", disk->path().c_str(), "tmpfs", 0, "size=8m") != 0) return nullptr;
    return disk;
}

SmallDisk::~SmallDisk() {
    ::umount2(path().c_str(), MNT_DETACH);
}

void SmallDisk::fill() {
    const int file = ::open((path() / kBallast).c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const std::array<char, 4096> block{};
    while (::write(file, block.data(), block.size()) > 0) {
    }
    ::close(file);
}

void SmallDisk::clear() {
    std::filesystem::remove(path() / kBallast);
}

}  // namespace atelier::test
