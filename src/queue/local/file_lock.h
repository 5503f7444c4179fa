#pragma once

#include <filesystem>
#include <memory>

#include "domain/error.h"

namespace atelier {

/// Holds a file so that no other process can hold it; let go when destroyed or when the process
/// dies in any way. Source: flock(2).
class FileLock {
  public:
    /// Errors: NotReady (someone else holds it; the file cannot be made).
    static Result<std::unique_ptr<FileLock>> acquire(const std::filesystem::path& file);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    explicit FileLock(int descriptor) : descriptor_{descriptor} {}
    int descriptor_;
};

}  // namespace atelier
