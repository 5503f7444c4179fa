#pragma once

#include "ports/paging.h"
#include "store/mongo/connection.h"
#include "store/mongo/entities.h"
#include "telemetry/log.h"

/// Searches that several parts of the store share.
namespace atelier::mongo {

/// Adds `field: value` to a filter when there is a value.
template <class T>
void addFilter(Document& filter, std::string_view field, const std::optional<T>& value) {
    append(filter.get(), field, value);
}

template <class T>
Result<bool> insertEntity(Connection& connection, const T& entity) {
    return connection.insert(kPlace<T>.collection, toDocument(entity));
}

template <class T>
Result<std::optional<T>> findEntity(Connection& connection, const Document& filter) {
    auto found = connection.findOne(kPlace<T>.collection, filter);
    if (!found) return failure(std::move(found.error()));
    return fromDocument<T>(*found);
}

template <class T>
Result<std::vector<Document>> findDocuments(Connection& connection, const Document& filter,
                                            const Document& sort, int limit) {
    return connection.find(kPlace<T>.collection, filter,
                           {.sort = sort, .limit = limit, .fields = {}});
}

template <class T>
Result<std::vector<T>> listEntities(Connection& connection, const Document& filter,
                                    const Document& sort, int limit) {
    auto found = findDocuments<T>(connection, filter, sort, limit);
    if (!found) return failure(std::move(found.error()));
    return fromDocuments<T>(*found);
}

/// The same without those that this version cannot read, which the log names.
template <class T>
Result<std::vector<T>> listReadable(Connection& connection, const Document& filter,
                                    const Document& sort, int limit) {
    auto found = findDocuments<T>(connection, filter, sort, limit);
    if (!found) return failure(std::move(found.error()));
    std::vector<T> entities;
    for (const auto& document : *found) {
        if (auto entity = fromDocument<T>(document))
            entities.push_back(std::move(*entity));
        else
            log::warn("left alone",
                      {{"detail", entity.error().detail}, {"cause", entity.error().cause}});
    }
    return entities;
}

/// One page of those that fit `filter`, newest first.
template <class T>
Result<Page<T>> pageOf(Connection& connection, Document filter, const PageRequest& page) {
    const auto from = cursorOf(page, pastLastId());
    if (!from) return failure(from.error());
    append(filter.get(), "_id", of("$lt", from->str()));
    auto items = listEntities<T>(connection, filter, of("_id", -1), rowsFor(page));
    if (!items) return failure(std::move(items.error()));
    return toPage(std::move(*items), page);
}

/// Replaces what is stored of `entity` if its version still is one less. Returns the new version.
/// Errors: Conflict, NotFound.
template <class T>
Result<std::int64_t> updateVersion(Connection& connection, const T& entity,
                                   const Document& change) {
    const auto* collection = kPlace<T>.collection;
    const auto updated = connection.update(
        collection, of("_id", idOf(entity), "version", entity.version - 1), change);
    if (!updated) return failure(updated.error());
    if (*updated) return entity.version;
    const auto there = connection.findOne(collection, of("_id", idOf(entity)), of("_id", 1));
    if (!there) return failure(there.error());
    if (*there) return failure(ErrorCode::Conflict, "the object was changed meanwhile");
    return failure(ErrorCode::NotFound, "there is no such object");
}

}  // namespace atelier::mongo
