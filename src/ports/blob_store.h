#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "domain/error.h"
#include "util/bytes.h"
#include "util/task.h"
#include "util/time.h"

namespace atelier {

/// A key is `<64 hex of SHA-256>.<extension>`, extension one of jpg, png, webp.
/// The same content has the same key; content under a key never changes.
std::string blobKey(BytesView content, std::string_view extension);
bool isBlobKey(std::string_view key);
/// `image/jpeg` for a `.jpg` key, and so on.
std::string contentTypeOf(std::string_view key);
/// `jpg` for `image/jpeg`, and so on; `bin` for anything else.
std::string extensionOf(std::string_view content_type);

struct BlobInfo {
    std::string key;
    std::int64_t bytes = 0;
    Instant modified_at{};
};

/// Immutable binary content by hash. Thread-safe. `put` is durable and atomic:
/// a key either has its whole content or does not exist.
/// All methods may fail with NotReady (unreachable, disk full: nothing stored).
class BlobStore {
  public:
    virtual ~BlobStore() = default;

    /// Stores `content` and returns its key; storing it again is cheap and refreshes modified_at.
    virtual Task<Result<std::string>> put(SharedBytes content, std::string extension) = 0;
    /// Errors: NotFound.
    virtual Task<Result<SharedBytes>> get(std::string key) = 0;
    /// Bytes [offset, offset + length), clipped at the end. Errors: NotFound.
    virtual Task<Result<Bytes>> getRange(std::string key, std::int64_t offset,
                                         std::int64_t length) = 0;
    /// Empty when there is none: not an error.
    virtual Task<Result<std::optional<BlobInfo>>> stat(std::string key) = 0;
    /// Missing is not an error.
    virtual Task<Result<>> remove(std::string key) = 0;
    /// Keys after `after` in key order, at most `limit`: for sweeps.
    virtual Task<Result<std::vector<BlobInfo>>> list(std::string after, int limit) = 0;

    /// The file behind a key, for servers that can send files themselves; empty
    /// when there is no local file. Does not block.
    virtual std::optional<std::filesystem::path> localPath(const std::string& key) const = 0;
    /// A link straight to the content, for clients that are to fetch it past this service; it works
    /// for `lifetime` from now, whether or not there is such a blob. Empty when pictures go through
    /// the service. Does not block.
    virtual std::optional<std::string> directUrl(const std::string& /*key*/,
                                                 Seconds /*lifetime*/) const {
        return std::nullopt;
    }
    virtual Task<Result<>> ping() = 0;
};

}  // namespace atelier
