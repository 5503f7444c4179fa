#pragma once

#include <filesystem>
#include <memory>

#include "support/temp_dir.h"

namespace atelier::test {

/// A file system of a few MiB of its own that can be filled to the brim.
class SmallDisk {
  public:
    /// Null where this process may not mount: the test skips.
    static std::unique_ptr<SmallDisk> mount();
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    const std::filesystem::path& path() const { return folder_.path(); }
    /// Leaves no free byte.
    void fill();
    /// Frees what `fill` took.
    void clear();

  private:
    SmallDisk() = default;
    TempDir folder_;
};

}  // namespace atelier::test
