#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mongoc/mongoc.h>

#include "domain/error.h"
#include "store/mongo/write.h"

namespace atelier::mongo {

/// How to search.
struct Find {
    Document sort;
    int limit = 0;    ///< 0: all
    Document fields;  ///< which to read; empty: all
};

/// A client of the pool for the length of one piece of work, and the only operations that any
/// server must have: changes of one document on conditions, searches, removals. Blocking, at most
/// as long as the timeouts in the URI say. Errors of all: NotReady, Internal.
class Connection {
  public:
    /// `client` is lent.
    Connection(mongoc_client_t* client, std::string database)
        : client_{client}, database_{std::move(database)} {}

    /// False, and nothing stored, when a unique key is taken.
    Result<bool> insert(const char* collection, const Document& document);
    Result<std::optional<Document>> findOne(const char* collection, const Document& filter,
                                            const Document& fields = {});
    Result<std::vector<Document>> find(const char* collection, const Document& filter,
                                       const Find& how);
    /// Changes one; false when none fits the filter.
    Result<bool> update(const char* collection, const Document& filter, const Document& change);
    /// Changes one and returns its `fields` afterwards; empty when none fits the filter.
    Result<std::optional<Document>> change(const char* collection, const Document& filter,
                                           const Document& change, const Document& fields);
    /// Replaces the document with this `_id`, or adds it.
    Result<> put(const char* collection, const Document& document);
    Result<bool> removeOne(const char* collection, const Document& filter);
    Result<int> removeMany(const char* collection, const Document& filter);
    /// Removes at most `limit` that fit `filter`, beginning with the lowest `field`.
    Result<int> removeLowest(const char* collection, const Document& filter, const char* field,
                             int limit);
    Result<std::int64_t> count(const char* collection, const Document& filter);
    /// The sum of `field` over all that fit `filter`, for each value of `by`.
    Result<std::vector<std::pair<std::string, std::int64_t>>> sums(const char* collection,
                                                                   const Document& filter,
                                                                   const char* by,
                                                                   const char* field);
    Result<Document> command(const Document& command);

  private:
    struct Release {
        void operator()(mongoc_collection_t* collection) const {
            mongoc_collection_destroy(collection);
        }
        void operator()(mongoc_cursor_t* cursor) const { mongoc_cursor_destroy(cursor); }
        void operator()(mongoc_find_and_modify_opts_t* opts) const {
            mongoc_find_and_modify_opts_destroy(opts);
        }
    };
    using Collection = std::unique_ptr<mongoc_collection_t, Release>;
    using Cursor = std::unique_ptr<mongoc_cursor_t, Release>;

    Collection open(const char* collection) const;
    static Result<std::vector<Document>> readAll(Cursor cursor);

    mongoc_client_t* client_;
    std::string database_;
};

}  // namespace atelier::mongo
