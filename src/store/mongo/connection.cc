#include "store/mongo/connection.h"

#include "store/mongo/errors.h"
#include "store/mongo/read.h"

namespace atelier::mongo {
namespace {

/// A reply that the driver initialises and we free.
class Reply {
  public:
    Reply() { bson_init(&bson_); }
    ~Reply() { bson_destroy(&bson_); }
    Reply(const Reply&) = delete;
    Reply& operator=(const Reply&) = delete;
    bson_t* get() {
        bson_destroy(&bson_);  // the driver initialises it anew
        return &bson_;
    }
    Document document() const { return Document::copyOf(bson_); }
    std::int64_t number(std::string_view field) const { return numberAt(document(), field); }

  private:
    bson_t bson_;
};

}  // namespace

Connection::Collection Connection::open(const char* collection) const {
    return Collection{mongoc_client_get_collection(client_, database_.c_str(), collection)};
}

Result<bool> Connection::insert(const char* collection, const Document& document) {
    bson_error_t error;
    const auto unchecked = of("validate", false);  // what we encode is valid
    if (mongoc_collection_insert_one(open(collection).get(), document.get(), unchecked.get(),
                                     nullptr, &error))
        return true;
    if (isDuplicate(error)) return false;
    return failure(toError(error));
}

Result<std::optional<Document>> Connection::findOne(const char* collection, const Document& filter,
                                                    const Document& fields) {
    auto found = find(collection, filter, {.sort = {}, .limit = 1, .fields = fields});
    if (!found) return failure(std::move(found.error()));
    if (found->empty()) return std::nullopt;
    return std::move(found->front());
}

Result<std::vector<Document>> Connection::find(const char* collection, const Document& filter,
                                               const Find& how) {
    Document options;
    if (!how.sort.empty()) append(options.get(), "sort", how.sort);
    if (how.limit > 0) append(options.get(), "limit", how.limit);
    if (!how.fields.empty()) append(options.get(), "projection", how.fields);
    const auto opened = open(collection);
    return readAll(Cursor{
        mongoc_collection_find_with_opts(opened.get(), filter.get(), options.get(), nullptr)});
}

Result<std::vector<Document>> Connection::readAll(Cursor cursor) {
    std::vector<Document> out;
    const bson_t* next = nullptr;
    while (mongoc_cursor_next(cursor.get(), &next)) out.push_back(Document::copyOf(*next));
    bson_error_t error;
    if (mongoc_cursor_error(cursor.get(), &error)) return failure(toError(error));
    return out;
}

Result<bool> Connection::update(const char* collection, const Document& filter,
                                const Document& change) {
    bson_error_t error;
    Reply reply;
    const auto unchecked = of("validate", false);
    if (!mongoc_collection_update_one(open(collection).get(), filter.get(), change.get(),
                                      unchecked.get(), reply.get(), &error))
        return failure(toError(error));
    return reply.number("matchedCount") > 0;
}

Result<std::optional<Document>> Connection::change(const char* collection, const Document& filter,
                                                   const Document& change, const Document& fields) {
    const std::unique_ptr<mongoc_find_and_modify_opts_t, Release> options{
        mongoc_find_and_modify_opts_new()};
    mongoc_find_and_modify_opts_set_update(options.get(), change.get());
    mongoc_find_and_modify_opts_set_fields(options.get(), fields.get());
    mongoc_find_and_modify_opts_set_flags(options.get(), MONGOC_FIND_AND_MODIFY_RETURN_NEW);
    bson_error_t error;
    Reply reply;
    if (!mongoc_collection_find_and_modify_with_opts(open(collection).get(), filter.get(),
                                                     options.get(), reply.get(), &error))
        return failure(toError(error));
    const auto answer = reply.document();
    bson_iter_t value;
    if (!answer.find("value", value) || !BSON_ITER_HOLDS_DOCUMENT(&value)) return std::nullopt;
    std::uint32_t length = 0;
    const std::uint8_t* bytes = nullptr;
    bson_iter_document(&value, &length, &bytes);
    bson_t found;
    bson_init_static(&found, bytes, length);
    return Document::copyOf(found);
}

Result<> Connection::put(const char* collection, const Document& document) {
    bson_iter_t id;
    document.find("_id", id);
    Document filter;
    bson_append_value(filter.get(), "_id", -1, bson_iter_value(&id));
    const auto options = of("upsert", true, "validate", false);
    bson_error_t error;
    if (!mongoc_collection_replace_one(open(collection).get(), filter.get(), document.get(),
                                       options.get(), nullptr, &error))
        return failure(toError(error));
    return {};
}

Result<bool> Connection::removeOne(const char* collection, const Document& filter) {
    bson_error_t error;
    Reply reply;
    if (!mongoc_collection_delete_one(open(collection).get(), filter.get(), nullptr, reply.get(),
                                      &error))
        return failure(toError(error));
    return reply.number("deletedCount") > 0;
}

Result<int> Connection::removeMany(const char* collection, const Document& filter) {
    bson_error_t error;
    Reply reply;
    if (!mongoc_collection_delete_many(open(collection).get(), filter.get(), nullptr, reply.get(),
                                       &error))
        return failure(toError(error));
    return static_cast<int>(reply.number("deletedCount"));
}

Result<int> Connection::removeLowest(const char* collection, const Document& filter,
                                     const char* field, int limit) {
    const auto found =
        find(collection, filter, {.sort = of(field, 1), .limit = limit, .fields = of("_id", 1)});
    if (!found) return failure(found.error());
    if (found->empty()) return 0;
    std::vector<std::string> ids;
    for (const auto& document : *found) ids.push_back(textAt(document, "_id"));
    auto same = filter;
    append(same.get(), "_id", of("$in", ids));
    return removeMany(collection, same);
}

Result<std::int64_t> Connection::count(const char* collection, const Document& filter) {
    bson_error_t error;
    const auto counted = mongoc_collection_count_documents(open(collection).get(), filter.get(),
                                                           nullptr, nullptr, nullptr, &error);
    if (counted < 0) return failure(toError(error));
    return counted;
}

Result<std::vector<std::pair<std::string, std::int64_t>>> Connection::sums(const char* collection,
                                                                           const Document& filter,
                                                                           const char* by,
                                                                           const char* field) {
    const auto group =
        of("_id", std::string{"$"} + by, "sum", of("$sum", std::string{"$"} + field));
    const std::vector<Document> stages{of("$match", filter), of("$group", group)};
    const auto pipeline = of("pipeline", stages);
    const auto opened = open(collection);
    auto found = readAll(Cursor{mongoc_collection_aggregate(opened.get(), MONGOC_QUERY_NONE,
                                                            pipeline.get(), nullptr, nullptr)});
    if (!found) return failure(std::move(found.error()));
    std::vector<std::pair<std::string, std::int64_t>> out;
    for (const auto& document : *found)
        out.emplace_back(textAt(document, "_id"), numberAt(document, "sum"));
    return out;
}

Result<Document> Connection::command(const Document& command) {
    bson_error_t error;
    Reply reply;
    if (!mongoc_client_write_command_with_opts(client_, database_.c_str(), command.get(), nullptr,
                                               reply.get(), &error))
        return failure(toError(error));
    return reply.document();
}

}  // namespace atelier::mongo
