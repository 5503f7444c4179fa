#include "http/handlers/scene_handlers.h"

#include "http/config_view.h"
#include "http/paging.h"
#include "http/picture_source.h"
#include "http/reply.h"

namespace atelier::http {
namespace {

struct SceneFields {
    std::string name;
    std::string domain;
    std::optional<std::string> prompt;
};
BOOST_DESCRIBE_STRUCT(SceneFields, (), (name, domain, prompt))

}  // namespace

void SceneHandlers::bind(OperationTable& table) {
    table.bind("listScenes", *this, &SceneHandlers::list);
    table.bind("createScene", *this, &SceneHandlers::create);
    table.bind("getScene", *this, &SceneHandlers::get);
    table.bind("deleteScene", *this, &SceneHandlers::remove);
}

Task<Answer> SceneHandlers::list(CallPtr call) {
    std::optional<std::string> domain;
    if (const auto text = call->text("domain")) domain = std::string{*text};
    auto page = co_await scenes_.list(std::move(domain), pageRequestOf(*call));
    if (!page) co_return failure(std::move(page.error()));
    co_return jsonReply(200,
                        pageOf(*page, [&](const Scene& scene) { return viewOf(scene, links_); }));
}

Task<Answer> SceneHandlers::create(CallPtr call) {
    auto in = call->bodyAs<SceneFields>();
    if (!in) co_return failure(std::move(in.error()));
    auto picture = co_await pictureOf(call, importer_);
    if (!picture) co_return failure(std::move(picture.error()));
    NewScene fields{std::move(in->name), std::move(in->domain), std::move(in->prompt),
                    std::move(*picture)};
    auto scene = co_await scenes_.create(call->caller(), std::move(fields));
    if (!scene) co_return failure(std::move(scene.error()));
    auto response = jsonReply(201, viewOf(*scene, links_));
    response->addHeader("location", "/scenes/" + scene->id.str());
    co_return response;
}

Task<Answer> SceneHandlers::get(CallPtr call) {
    auto scene = co_await scenes_.find(call->id<SceneId>("sceneId"));
    if (!scene) co_return failure(std::move(scene.error()));
    co_return jsonReply(200, viewOf(*scene, links_));
}

Task<Answer> SceneHandlers::remove(CallPtr call) {
    auto removed = co_await scenes_.remove(call->caller(), call->id<SceneId>("sceneId"));
    if (!removed) co_return failure(std::move(removed.error()));
    co_return emptyReply();
}

}  // namespace atelier::http
