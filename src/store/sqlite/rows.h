#pragma once

#include <algorithm>
#include <string>

#include "domain/error.h"
#include "ports/page.h"
#include "store/sqlite_db/connection.h"
#include "util/json.h"

namespace atelier::sqlite {

/// Reads a stored JSON document. Errors: Internal (it is not a `T`).
template <class T>
Result<T> readDocument(std::string_view text) {
    auto value = json::read<T>(text);
    if (!value)
        return failure(ErrorCode::Internal, "a stored object cannot be read",
                       value.error().pointer + ": " + value.error().message);
    return std::move(*value);
}

/// Reads the single row of a query whose column 0 is the document of a `T`; empty when there is no
/// row.
template <class T>
Result<std::optional<T>> findDocument(Query& row) {
    if (!row.next()) return std::nullopt;
    auto value = readDocument<T>(row.text(0));
    if (!value) return failure(std::move(value.error()));
    return std::move(*value);
}

/// All rows of a query whose column 0 is the document of a `T`.
template <class T>
Result<std::vector<T>> listDocuments(Query& rows) {
    std::vector<T> items;
    while (rows.next()) {
        auto item = readDocument<T>(rows.text(0));
        if (!item) return failure(std::move(item.error()));
        items.push_back(std::move(*item));
    }
    return items;
}

/// Every UUID is below this one: where lists of newest first begin.
Uuid pastLastId();

/// The id that `page.cursor` names, `start` without one. Errors: ValidationFailed (not an id).
Result<Uuid> cursorOf(const PageRequest& page, const Uuid& start);
/// The number that `page.cursor` is, the highest there is without one. Errors: ValidationFailed.
Result<std::int64_t> numberCursorOf(const PageRequest& page);

/// How many rows to ask for: one more than the page holds tells whether there is another.
inline int rowsFor(const PageRequest& page) {
    return std::clamp(page.limit, 1, 100) + 1;
}

/// Cuts the extra row off `items` and names the last one kept as the cursor.
template <class T, class IdOf>
Page<T> toPage(std::vector<T> items, const PageRequest& page, IdOf id_of) {
    Page<T> out;
    if (std::ssize(items) == rowsFor(page)) {
        items.pop_back();
        out.next_cursor = id_of(items.back());
    }
    out.items = std::move(items);
    return out;
}

template <class T>
Page<T> toPage(std::vector<T> items, const PageRequest& page) {
    return toPage(std::move(items), page, [](const T& item) { return item.id.str(); });
}

}  // namespace atelier::sqlite
