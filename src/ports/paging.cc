#include "ports/paging.h"

#include <charconv>
#include <limits>

namespace atelier {
namespace {

Error badCursor() {
    return {ErrorCode::ValidationFailed,
            "cursor is not one that an earlier page gave",
            {},
            {},
            {{"cursor", "must be the nextCursor of an earlier page"}},
            {}};
}

}  // namespace

Uuid pastLastId() {
    Uuid::Bytes bytes;
    bytes.fill(0xff);
    return Uuid::fromBytes(bytes);
}

Result<Uuid> cursorOf(const PageRequest& page, const Uuid& start) {
    if (!page.cursor) return start;
    const auto id = Uuid::parse(*page.cursor);
    if (!id) return failure(badCursor());
    return *id;
}

Result<std::int64_t> numberCursorOf(const PageRequest& page) {
    if (!page.cursor) return std::numeric_limits<std::int64_t>::max();
    std::int64_t number = 0;
    const auto* end = page.cursor->data() + page.cursor->size();
    const auto [stop, code] = std::from_chars(page.cursor->data(), end, number);
    if (code != std::errc{} || stop != end) return failure(badCursor());
    return number;
}

}  // namespace atelier
