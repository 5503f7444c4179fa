#include "store/sqlite/rows.h"

namespace atelier::sqlite {

Uuid pastLastId() {
    Uuid::Bytes bytes;
    bytes.fill(0xff);
    return Uuid::fromBytes(bytes);
}

Error badCursor() {
    return {ErrorCode::ValidationFailed,
            "cursor is not one that an earlier page gave",
            {},
            {},
            {{"cursor", "must be the nextCursor of an earlier page"}},
            {}};
}

Result<Uuid> cursorOf(const PageRequest& page, const Uuid& start) {
    if (!page.cursor) return start;
    const auto id = Uuid::parse(*page.cursor);
    if (!id) return failure(badCursor());
    return *id;
}

}  // namespace atelier::sqlite
