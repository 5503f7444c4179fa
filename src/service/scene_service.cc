#include "service/scene_service.h"

#include "service/auth/account_service.h"

namespace atelier {
namespace {

std::unexpected<Error> noScene(SceneId id) {
    return failure(ErrorCode::NotFound, "there is no scene " + id.str());
}

}  // namespace

Task<Result<Scene>> SceneService::create(Caller admin, NewScene in) {
    auto domain = co_await parts_.prompts.current(in.domain);
    if (!domain) co_return failure(std::move(domain.error()));
    Scene scene;
    scene.id = parts_.ids.make<SceneId>();
    scene.name = std::move(in.name);
    scene.domain = std::move(in.domain);
    scene.prompt = std::move(in.prompt);
    scene.created_at = parts_.clock.now();
    if (in.image) {
        auto picture = co_await parts_.pictures.takeIn(in.image, parts_.limits);
        if (!picture) co_return failure(std::move(picture.error()));
        scene.picture = std::move(*picture);
    }
    auto stored = co_await parts_.scenes.insertScene(scene);
    if (!stored) co_return failure(std::move(stored.error()));
    auto event = auditEvent(admin, "scene.create", scene.id.str(), {{"domain", scene.domain}});
    auto recorded = co_await parts_.audit.record(std::move(event));
    if (!recorded) co_return failure(std::move(recorded.error()));
    co_return scene;
}

Task<Result<Scene>> SceneService::find(SceneId id) {
    auto found = co_await parts_.scenes.findScene(id);
    if (!found) co_return failure(std::move(found.error()));
    if (!*found) co_return noScene(id);
    co_return std::move(**found);
}

Task<Result<Page<Scene>>> SceneService::list(std::optional<std::string> domain, PageRequest page) {
    return parts_.scenes.listScenes(std::move(domain), std::move(page));
}

Task<Result<>> SceneService::remove(Caller admin, SceneId id) {
    auto removed = co_await parts_.scenes.removeScene(id);
    if (!removed) co_return failure(std::move(removed.error()));
    if (!*removed) co_return noScene(id);
    auto event = auditEvent(admin, "scene.remove", id.str());
    auto recorded = co_await parts_.audit.record(std::move(event));
    co_return recorded;
}

}  // namespace atelier
