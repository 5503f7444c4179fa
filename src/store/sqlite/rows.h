#pragma once

#include <string>

#include "domain/error.h"
#include "domain/json.h"
#include "ports/paging.h"
#include "store/sqlite_db/connection.h"
#include "telemetry/log.h"

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

/// The same without those that this version cannot read, which the log names.
template <class T>
Result<std::vector<T>> readableDocuments(Query& rows) {
    std::vector<T> items;
    while (rows.next()) {
        if (auto item = readDocument<T>(rows.text(0)))
            items.push_back(std::move(*item));
        else
            log::warn("left alone",
                      {{"detail", item.error().detail}, {"cause", item.error().cause}});
    }
    return items;
}

using atelier::cursorOf;
using atelier::numberCursorOf;
using atelier::pastLastId;
using atelier::rowsFor;
using atelier::toPage;

}  // namespace atelier::sqlite
