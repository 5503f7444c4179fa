#pragma once

#include <cstdint>
#include <filesystem>

#include "domain/error.h"
#include "util/bytes.h"

/// Blocking file operations of the disk store. Failures are NotReady with the system's words as the
/// cause, or NotFound where a file must exist.
namespace atelier::files {

/// A file descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int value) : value_{value} {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : value_{std::exchange(other.value_, -1)} {}
    Descriptor& operator=(Descriptor&&) = delete;
    int get() const { return value_; }

  private:
    int value_;
};

/// What the current `errno` means for who stores pictures.
std::unexpected<Error> ioFailure(const char* operation);

/// Makes a folder whose parent exists; its entry is durable. There already: success.
Result<> makeFolder(const std::filesystem::path& folder);

/// Writes `content` to a new file beside others in `temp`, then moves it to `target`, replacing
/// what is there. Durable when it returns; after a crash `target` is whole or as it was.
Result<> writeDurably(const std::filesystem::path& temp, const std::filesystem::path& target,
                      BytesView content);

/// Makes the entries of `folder` durable.
Result<> syncFolder(const std::filesystem::path& folder);

/// At most `length` bytes from `offset`; fewer at the end of the file. Errors: NotFound.
Result<Bytes> readRange(const std::filesystem::path& file, std::int64_t offset,
                        std::int64_t length);

}  // namespace atelier::files
