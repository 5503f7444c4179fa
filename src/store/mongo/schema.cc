#include "store/mongo/schema.h"

#include <array>

#include <fmt/format.h>

#include "store/mongo/read.h"
#include "store/mongo/slots.h"

namespace atelier::mongo {
namespace {

/// Raised when older versions must not work on the database any more.
constexpr std::int64_t kSchema = 1;

struct Index {
    const char* collection;
    std::vector<std::pair<const char*, int>> keys;  ///< field, direction
    bool unique = false;
};

/// Listed with their purpose in docs/data.md. Entries are only ever added.
const std::vector<Index>& indexes() {
    static const std::vector<Index> kAll{
        {"users", {{"email", 1}}, true},
        {"users", {{"open", 1}, {"_id", 1}}},
        {"users", {{"role", 1}, {"disabled", 1}}},
        {"users", {{"erasing", 1}}},
        {"sessions", {{"userId", 1}}},
        {"sessions", {{"expiresAt", 1}}},
        {"apiKeys", {{"hash", 1}}, true},
        {"apiKeys", {{"userId", 1}, {"slot", 1}}, true},
        {"usageLogs", {{"once", 1}}, true},
        {"usageLogs", {{"userId", 1}, {"_id", -1}}},
        {"models", {{"userId", 1}, {"_id", -1}}},
        {"models", {{"type", 1}, {"_id", 1}}},
        {"models", {{"picture.key", 1}}},
        {"models", {{"picture.thumbKey", 1}}},
        {"garments", {{"userId", 1}, {"_id", -1}}},
        {"garments", {{"picture.key", 1}}},
        {"garments", {{"picture.thumbKey", 1}}},
        {"idempotencyKeys", {{"userId", 1}}},
        {"idempotencyKeys", {{"expiresAt", 1}}},
        {"scenes", {{"domain", 1}, {"name", 1}}, true},
        {"scenes", {{"picture.key", 1}}},
        {"scenes", {{"picture.thumbKey", 1}}},
        {"promptConfigs", {{"domain", 1}, {"version", -1}}, true},
        {"jobs", {{"userId", 1}, {"_id", -1}}},
        {"jobs", {{"userId", 1}, {"endedAt", 1}}},
        {"jobs", {{"endedAt", 1}, {"createdAt", 1}}},
        {"jobs", {{"settled", 1}, {"endedAt", 1}}},
        {"jobs", {{"announced", 1}, {"endedAt", 1}}},
        {"jobs", {{"status", 1}}},
        {"jobs", {{"blobs", 1}}},
        {"webhooks", {{"userId", 1}, {"_id", -1}}},
        {"webhooks", {{"userId", 1}, {"slot", 1}}, true},
        {"webhookDeliveries", {{"once", 1}}, true},
        {"webhookDeliveries", {{"webhookId", 1}, {"_id", -1}}},
        {"webhookDeliveries", {{"jobId", 1}, {"_id", -1}}},
        {"webhookDeliveries", {{"userId", 1}}},
        {"webhookDeliveries", {{"nextAttemptAt", 1}}},
        {"webhookDeliveries", {{"createdAt", 1}}},
    };
    return kAll;
}

/// As MongoDB names an index itself: `userId_1__id_-1`.
std::string indexName(const Index& index) {
    std::string name;
    for (const auto& [field, direction] : index.keys)
        name += fmt::format("{}{}_{}", name.empty() ? "" : "_", field, direction);
    return name;
}

Document specificationOf(const Index& index) {
    Document keys;
    for (const auto& [field, direction] : index.keys) {
        // As int32, the type in which servers compare a new index with the one that is there.
        bson_append_int32(keys.get(), field, -1, direction);
    }
    auto out = of("key", keys, "name", indexName(index));
    if (index.unique) append(out.get(), "unique", true);
    return out;
}

}  // namespace

Result<> prepareSchema(Connection& connection) {
    const auto schema = connection.findOne("meta", of("_id", "schema"));
    if (!schema) return failure(schema.error());
    if (*schema && numberAt(**schema, "number") > kSchema) {
        return failure(
            ErrorCode::NotReady,
            fmt::format("the database was prepared by a newer version of Atelier (schema "
                        "{}, this one knows {}): upgrade this program",
                        numberAt(**schema, "number"), kSchema));
    }
    if (auto filled = fillSlots(connection, "webhooks"); !filled) return filled;
    std::map<std::string, std::vector<Document>> wanted;
    for (const auto& index : indexes()) wanted[index.collection].push_back(specificationOf(index));
    for (const auto& [collection, specifications] : wanted) {
        auto made = connection.command(of("createIndexes", collection, "indexes", specifications));
        if (!made) return failure(std::move(made.error()));
    }
    return connection.put("meta", of("_id", "schema", "number", kSchema));
}

}  // namespace atelier::mongo
