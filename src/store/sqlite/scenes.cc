#include "store/sqlite/rows.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {
namespace {

using sqlite::Connection;

constexpr auto kListScenes =
    "SELECT doc FROM scenes WHERE id<?1 AND (?2 IS NULL OR domain=?2) ORDER BY id DESC LIMIT ?3";

}  // namespace

Task<Result<>> SqliteStore::insertScene(Scene scene) {
    return database_->write([scene = std::move(scene)](Connection& connection) -> Result<> {
        const std::optional<std::string> key =
            scene.picture.transform([](const Picture& picture) { return picture.key; });
        const std::optional<std::string> thumb_key =
            scene.picture.transform([](const Picture& picture) { return picture.thumb_key; });
        const int added =
            connection
                .query("INSERT INTO scenes VALUES(?,?,?,?,?,?) ON CONFLICT DO NOTHING", scene.id,
                       scene.domain, scene.name, key, thumb_key, json::write(scene))
                .run();
        if (added == 0) return failure(ErrorCode::Conflict, "the domain has a scene of this name");
        return {};
    });
}

Task<Result<std::optional<Scene>>> SqliteStore::findScene(SceneId id) {
    return database_->read([id](Connection& connection) {
        auto row = connection.query("SELECT doc FROM scenes WHERE id=?", id);
        return sqlite::findDocument<Scene>(row);
    });
}

Task<Result<Page<Scene>>> SqliteStore::listScenes(std::optional<std::string> domain,
                                                  PageRequest page) {
    return database_->read([domain = std::move(domain),
                            page = std::move(page)](Connection& connection) -> Result<Page<Scene>> {
        const auto from = sqlite::cursorOf(page, sqlite::pastLastId());
        if (!from) return failure(from.error());
        auto rows = connection.query(kListScenes, *from, domain, sqlite::rowsFor(page));
        auto scenes = sqlite::listDocuments<Scene>(rows);
        if (!scenes) return failure(std::move(scenes.error()));
        return sqlite::toPage(std::move(*scenes), page);
    });
}

Task<Result<bool>> SqliteStore::removeScene(SceneId id) {
    return database_->write([id](Connection& connection) -> Result<bool> {
        return connection.query("DELETE FROM scenes WHERE id=?", id).run() > 0;
    });
}

}  // namespace atelier
