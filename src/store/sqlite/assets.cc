#include "store/sqlite/rows.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {
namespace {

using sqlite::Connection;

constexpr auto kListModels =
    "SELECT doc FROM models WHERE user_id=?1 AND id<?2 AND (?3 IS NULL OR type=?3) ORDER BY id "
    "DESC LIMIT ?4";
constexpr auto kListGarments =
    "SELECT doc FROM garments WHERE user_id=?1 AND id<?2 AND (?3 IS NULL OR category=?3) ORDER BY "
    "id DESC LIMIT ?4";
constexpr auto kIsReferenced =
    "SELECT EXISTS(SELECT 1 FROM models WHERE key=?1) OR EXISTS(SELECT 1 FROM models WHERE "
    "thumb_key=?1)"
    " OR EXISTS(SELECT 1 FROM garments WHERE key=?1) OR EXISTS(SELECT 1 FROM garments WHERE "
    "thumb_key=?1)"
    " OR EXISTS(SELECT 1 FROM scenes WHERE key=?1) OR EXISTS(SELECT 1 FROM scenes WHERE "
    "thumb_key=?1) OR EXISTS(SELECT 1 FROM job_blobs WHERE key=?1)";
constexpr auto kModelsBefore =
    "SELECT doc FROM models WHERE type=?1 AND id<?2 ORDER BY id LIMIT ?3";
constexpr auto kGarmentsBefore = "SELECT doc FROM garments WHERE id<?1 ORDER BY id LIMIT ?2";

template <class T>
Result<Page<T>> listPage(Connection& connection, const char* sql, const UserId& owner,
                         const std::optional<std::string_view>& filter, const PageRequest& page) {
    const auto from = sqlite::cursorOf(page, sqlite::pastLastId());
    if (!from) return failure(from.error());
    auto rows = connection.query(sql, owner, *from, filter, sqlite::rowsFor(page));
    auto items = sqlite::listDocuments<T>(rows);
    if (!items) return failure(std::move(items.error()));
    return sqlite::toPage(std::move(*items), page);
}

}  // namespace

Task<Result<>> SqliteStore::insertModel(Model model) {
    return database_->write([model = std::move(model)](Connection& connection) -> Result<> {
        connection
            .query("INSERT INTO models VALUES(?,?,?,?,?,?) ON CONFLICT DO NOTHING", model.id,
                   model.user_id, nameOf(model.type), model.picture.key, model.picture.thumb_key,
                   json::write(model))
            .run();
        return {};
    });
}

Task<Result<>> SqliteStore::insertGarment(Garment garment) {
    return database_->write([garment = std::move(garment)](Connection& connection) -> Result<> {
        connection
            .query("INSERT INTO garments VALUES(?,?,?,?,?,?) ON CONFLICT DO NOTHING", garment.id,
                   garment.user_id, nameOf(garment.category), garment.picture.key,
                   garment.picture.thumb_key, json::write(garment))
            .run();
        return {};
    });
}

Task<Result<std::optional<Model>>> SqliteStore::findModel(UserId owner, ModelId id) {
    return database_->read([owner, id](Connection& connection) {
        auto row = connection.query("SELECT doc FROM models WHERE id=? AND user_id=?", id, owner);
        return sqlite::findDocument<Model>(row);
    });
}

Task<Result<std::optional<Garment>>> SqliteStore::findGarment(UserId owner, GarmentId id) {
    return database_->read([owner, id](Connection& connection) {
        auto row = connection.query("SELECT doc FROM garments WHERE id=? AND user_id=?", id, owner);
        return sqlite::findDocument<Garment>(row);
    });
}

Task<Result<Page<Model>>> SqliteStore::listModels(UserId owner, std::optional<ModelType> type,
                                                  PageRequest page) {
    auto list = [owner, type, page = std::move(page)](Connection& connection) {
        return listPage<Model>(connection, kListModels, owner, type.transform(nameOf<ModelType>),
                               page);
    };
    return type ? database_->readAside(std::move(list)) : database_->read(std::move(list));
}

Task<Result<Page<Garment>>> SqliteStore::listGarments(UserId owner,
                                                      std::optional<Category> category,
                                                      PageRequest page) {
    auto list = [owner, category, page = std::move(page)](Connection& connection) {
        return listPage<Garment>(connection, kListGarments, owner,
                                 category.transform(nameOf<Category>), page);
    };
    return category ? database_->readAside(std::move(list)) : database_->read(std::move(list));
}

Task<Result<bool>> SqliteStore::removeModel(UserId owner, ModelId id) {
    return database_->write([owner, id](Connection& connection) -> Result<bool> {
        return connection.query("DELETE FROM models WHERE id=? AND user_id=?", id, owner).run() > 0;
    });
}

Task<Result<bool>> SqliteStore::removeGarment(UserId owner, GarmentId id) {
    return database_->write([owner, id](Connection& connection) -> Result<bool> {
        return connection.query("DELETE FROM garments WHERE id=? AND user_id=?", id, owner).run() >
               0;
    });
}

Task<Result<std::vector<Model>>> SqliteStore::listModelsBefore(ModelType type, Instant before,
                                                               int limit) {
    return database_->read([type, before, limit](Connection& connection) {
        auto rows = connection.query(kModelsBefore, nameOf(type), Uuid::v7(before), limit);
        return sqlite::listDocuments<Model>(rows);
    });
}

Task<Result<std::vector<Garment>>> SqliteStore::listGarmentsBefore(Instant before, int limit) {
    return database_->read([before, limit](Connection& connection) {
        auto rows = connection.query(kGarmentsBefore, Uuid::v7(before), limit);
        return sqlite::listDocuments<Garment>(rows);
    });
}

Task<Result<bool>> SqliteStore::isBlobReferenced(std::string key) {
    return database_->read([key = std::move(key)](Connection& connection) -> Result<bool> {
        auto row = connection.query(kIsReferenced, key);
        return row.next() && row.get<bool>(0);
    });
}

}  // namespace atelier
