#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {
namespace {

using mongo::Connection;
using mongo::of;

constexpr auto kPrompts = mongo::kPlace<PromptConfig>.collection;

Result<std::vector<PromptConfig>> listVersions(Connection& connection,
                                               const mongo::Document& filter, int limit) {
    return mongo::listEntities<PromptConfig>(connection, filter, of("domain", 1, "version", -1),
                                             limit);
}

}  // namespace

Task<Result<>> MongoStore::insertPrompt(PromptConfig prompt) {
    return database_->run([prompt = std::move(prompt)](Connection& connection) -> Result<> {
        const auto added = connection.insert(kPrompts, mongo::toDocument(prompt));
        if (!added) return failure(added.error());
        if (!*added) return failure(ErrorCode::Conflict, "the domain has this version");
        return {};
    });
}

Task<Result<std::optional<PromptConfig>>> MongoStore::latestPrompt(std::string domain) {
    return database_->run([domain = std::move(domain)](
                              Connection& connection) -> Result<std::optional<PromptConfig>> {
        auto latest = listVersions(connection, of("domain", domain), 1);
        if (!latest) return failure(std::move(latest.error()));
        if (latest->empty()) return std::nullopt;
        return std::move(latest->front());
    });
}

Task<Result<std::optional<PromptConfig>>> MongoStore::findPrompt(std::string domain,
                                                                 std::int64_t version) {
    return database_->run([id = mongo::promptId(domain, version)](Connection& connection) {
        return mongo::findEntity<PromptConfig>(connection, of("_id", id));
    });
}

Task<Result<std::vector<PromptConfig>>> MongoStore::latestPrompts(std::string after, int limit) {
    return database_->run([after = std::move(after),
                           limit](Connection& connection) -> Result<std::vector<PromptConfig>> {
        // One seek in the index for each domain: there are few.
        std::vector<PromptConfig> out;
        auto last = after;
        while (std::ssize(out) < limit) {
            auto next = listVersions(connection, of("domain", of("$gt", last)), 1);
            if (!next) return failure(std::move(next.error()));
            if (next->empty()) break;
            last = next->front().domain;
            out.push_back(std::move(next->front()));
        }
        return out;
    });
}

Task<Result<Page<PromptConfig>>> MongoStore::listPromptVersions(std::string domain,
                                                                PageRequest page) {
    return database_->run([domain = std::move(domain), page = std::move(page)](
                              Connection& connection) -> Result<Page<PromptConfig>> {
        const auto before = numberCursorOf(page);
        if (!before) return failure(before.error());
        auto versions = listVersions(
            connection, of("domain", domain, "version", of("$lt", *before)), rowsFor(page));
        if (!versions) return failure(std::move(versions.error()));
        return toPage(std::move(*versions), page,
                      [](const PromptConfig& prompt) { return std::to_string(prompt.version); });
    });
}

}  // namespace atelier
