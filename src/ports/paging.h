#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "domain/error.h"
#include "ports/page.h"
#include "util/uuid.h"

/// How implementations of the stores cut their lists into pages.
namespace atelier {

/// Every UUID is below this one: where lists of newest first begin.
Uuid pastLastId();

/// The id that `page.cursor` names, `start` without one. Errors: ValidationFailed (not an id).
Result<Uuid> cursorOf(const PageRequest& page, const Uuid& start);
/// The number that `page.cursor` is, the highest there is without one. Errors: ValidationFailed.
Result<std::int64_t> numberCursorOf(const PageRequest& page);

/// How many to ask for: one more than the page holds tells whether there is another.
inline int rowsFor(const PageRequest& page) {
    return std::clamp(page.limit, 1, 100) + 1;
}

/// Cuts the extra one off `items` and names the last one kept as the cursor.
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

}  // namespace atelier
