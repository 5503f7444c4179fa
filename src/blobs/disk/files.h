#pragma once

#include <filesystem>

#include "domain/error.h"
#include "util/bytes.h"

/// Files written so that they survive a crash whole or not at all. Blocking.
namespace atelier::files {

/// Name prefix of files that are being written.
inline constexpr std::string_view kTemporaryPrefix = ".writing-";

/// Writes `content` to `path` by way of a temporary file in the same folder, which must
/// exist: write, fsync, rename, fsync of the folder. Errors: NotReady (full, not writable).
Result<> writeDurably(const std::filesystem::path& path, BytesView content);

/// Bytes [offset, offset + length), clipped at the end; all when `length` is negative.
/// Errors: NotFound, NotReady.
Result<Bytes> read(const std::filesystem::path& path, std::int64_t offset = 0, std::int64_t length = -1);

/// Makes a folder and its parents, durably. Errors: NotReady.
Result<> makeFolder(const std::filesystem::path& path);

/// Sets the time of last modification to now.
void touch(const std::filesystem::path& path);

}  // namespace atelier::files
