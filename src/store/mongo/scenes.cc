#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {

using mongo::Connection;
using mongo::of;

Task<Result<>> MongoStore::insertScene(Scene scene) {
    return database_->run([scene = std::move(scene)](Connection& connection) -> Result<> {
        const auto added = mongo::insertEntity(connection, scene);
        if (!added) return failure(added.error());
        if (!*added) return failure(ErrorCode::Conflict, "the domain has a scene of this name");
        return {};
    });
}

Task<Result<std::optional<Scene>>> MongoStore::findScene(SceneId id) {
    return database_->run([id](Connection& connection) {
        return mongo::findEntity<Scene>(connection, of("_id", id));
    });
}

Task<Result<Page<Scene>>> MongoStore::listScenes(std::optional<std::string> domain,
                                                 PageRequest page) {
    return database_->run(
        [domain = std::move(domain), page = std::move(page)](Connection& connection) {
            mongo::Document filter;
            mongo::addFilter(filter, "domain", domain);
            return mongo::pageOf<Scene>(connection, std::move(filter), page);
        });
}

Task<Result<bool>> MongoStore::removeScene(SceneId id) {
    return database_->run(
        [id](Connection& connection) { return connection.removeOne("scenes", of("_id", id)); });
}

}  // namespace atelier
