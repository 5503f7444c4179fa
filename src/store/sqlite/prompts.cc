#include "store/sqlite/rows.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {
namespace {

using sqlite::Connection;

constexpr auto kLatest = "SELECT doc FROM prompts WHERE domain=? ORDER BY version DESC LIMIT 1";
constexpr auto kLatestOfEach =
    "SELECT doc FROM prompts AS p WHERE domain>? AND version=(SELECT max(version) FROM prompts "
    "WHERE domain=p.domain) ORDER BY domain LIMIT ?";
constexpr auto kHistory =
    "SELECT doc FROM prompts WHERE domain=? AND version<? ORDER BY version DESC LIMIT ?";

}  // namespace

Task<Result<>> SqliteStore::insertPrompt(PromptConfig prompt) {
    return database_->write([prompt = std::move(prompt)](Connection& connection) -> Result<> {
        const int added = connection
                              .query("INSERT INTO prompts VALUES(?,?,?) ON CONFLICT DO NOTHING",
                                     prompt.domain, prompt.version, json::write(prompt))
                              .run();
        if (added == 0) return failure(ErrorCode::Conflict, "the domain has this version");
        return {};
    });
}

Task<Result<std::optional<PromptConfig>>> SqliteStore::latestPrompt(std::string domain) {
    return database_->read([domain = std::move(domain)](Connection& connection) {
        auto row = connection.query(kLatest, domain);
        return sqlite::findDocument<PromptConfig>(row);
    });
}

Task<Result<std::optional<PromptConfig>>> SqliteStore::findPrompt(std::string domain,
                                                                  std::int64_t version) {
    return database_->read([domain = std::move(domain), version](Connection& connection) {
        auto row = connection.query("SELECT doc FROM prompts WHERE domain=? AND version=?", domain,
                                    version);
        return sqlite::findDocument<PromptConfig>(row);
    });
}

Task<Result<std::vector<PromptConfig>>> SqliteStore::latestPrompts(std::string after, int limit) {
    return database_->read([after = std::move(after), limit](Connection& connection) {
        auto rows = connection.query(kLatestOfEach, after, limit);
        return sqlite::listDocuments<PromptConfig>(rows);
    });
}

Task<Result<Page<PromptConfig>>> SqliteStore::listPromptVersions(std::string domain,
                                                                 PageRequest page) {
    return database_->read([domain = std::move(domain), page = std::move(page)](
                               Connection& connection) -> Result<Page<PromptConfig>> {
        const auto before = sqlite::numberCursorOf(page);
        if (!before) return failure(before.error());
        auto rows = connection.query(kHistory, domain, *before, sqlite::rowsFor(page));
        auto versions = sqlite::listDocuments<PromptConfig>(rows);
        if (!versions) return failure(std::move(versions.error()));
        return sqlite::toPage(std::move(*versions), page, [](const PromptConfig& prompt) {
            return std::to_string(prompt.version);
        });
    });
}

}  // namespace atelier
