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

/// How many lines to ask for when those of a job must be on one page: none has more than four
/// kinds.
inline int linesFor(const PageRequest& page) {
    return 4 * rowsFor(page);
}

/// Cuts off the last job of as many lines as `linesFor` asks for: it may have more.
template <class Line>
Page<Line> toJobPage(std::vector<Line> lines, const PageRequest& page) {
    Page<Line> out;
    if (std::ssize(lines) == linesFor(page)) {
        const auto last = lines.back().filed.job_id;
        const auto first =
            std::ranges::find(lines, last, [](const Line& l) { return l.filed.job_id; });
        if (first != lines.begin()) lines.erase(first, lines.end());
        out.next_cursor = lines.back().filed.job_id->str();
    }
    out.items = std::move(lines);
    return out;
}

}  // namespace atelier
