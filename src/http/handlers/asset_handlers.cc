#include "http/handlers/asset_handlers.h"

#include "http/media.h"
#include "http/paging.h"
#include "http/picture_source.h"
#include "http/reply.h"
#include "http/views.h"
#include "util/encoding.h"

namespace atelier::http {
namespace {

struct ModelFields {
    std::optional<std::string> name;
    std::map<std::string, std::string> metadata;
};
BOOST_DESCRIBE_STRUCT(ModelFields, (), (name, metadata))

struct GarmentFields {
    Category category = Category::UpperBody;
    std::optional<std::string> name, description;
    PhotoType photo_type = PhotoType::FlatLay;
};
BOOST_DESCRIBE_STRUCT(GarmentFields, (), (category, name, description, photo_type))

}  // namespace

void AssetHandlers::bind(OperationTable& table) {
    table.bind("uploadModel", *this, &AssetHandlers::uploadModel);
    table.bind("listModels", *this, &AssetHandlers::listModels);
    table.bind("getModel", *this, &AssetHandlers::getModel);
    table.bind("deleteModel", *this, &AssetHandlers::deleteModel);
    table.bind("previewModelMask", *this, &AssetHandlers::previewModelMask);
    table.bind("uploadGarment", *this, &AssetHandlers::uploadGarment);
    table.bind("listGarments", *this, &AssetHandlers::listGarments);
    table.bind("getGarment", *this, &AssetHandlers::getGarment);
    table.bind("deleteGarment", *this, &AssetHandlers::deleteGarment);
}

Task<Answer> AssetHandlers::uploadModel(CallPtr call) {
    auto fields = call->bodyAs<ModelFields>();
    if (!fields) co_return failure(std::move(fields.error()));
    auto image = co_await pictureOf(call, importer_);
    if (!image) co_return failure(std::move(image.error()));
    UploadModel in{std::move(*image), std::move(fields->name), std::move(fields->metadata)};
    auto model = co_await assets_.uploadModel(call->caller(), std::move(in));
    if (!model) co_return failure(std::move(model.error()));
    auto response = jsonReply(201, viewOf(*model, links_));
    response->addHeader("location", "/models/" + model->id.str());
    co_return response;
}

Task<Answer> AssetHandlers::listModels(CallPtr call) {
    const auto type = call->choice<ModelType>("type");
    auto page = co_await assets_.listModels(call->user().id, type, pageRequestOf(*call));
    if (!page) co_return failure(std::move(page.error()));
    co_return jsonReply(200,
                        pageOf(*page, [&](const Model& model) { return viewOf(model, links_); }));
}

Task<Answer> AssetHandlers::getModel(CallPtr call) {
    auto model = co_await assets_.findModel(call->user().id, call->id<ModelId>("modelId"));
    if (!model) co_return failure(std::move(model.error()));
    co_return jsonReply(200, viewOf(*model, links_));
}

Task<Answer> AssetHandlers::deleteModel(CallPtr call) {
    auto removed = co_await assets_.removeModel(call->user().id, call->id<ModelId>("modelId"));
    if (!removed) co_return failure(std::move(removed.error()));
    co_return emptyReply();
}

Task<Answer> AssetHandlers::previewModelMask(CallPtr call) {
    const auto category = call->choice<Category>("category").value_or(Category::UpperBody);
    auto png =
        co_await assets_.maskPreview(call->user().id, call->id<ModelId>("modelId"), category);
    if (!png) co_return failure(std::move(png.error()));
    const auto etag = "\"" + sha256Hex(**png).substr(0, 32) + "\"";
    const bool unchanged = matchesEtag(call->request->getHeader("if-none-match"), etag);
    auto response = emptyReply();
    response->setStatusCode(unchanged ? drogon::k304NotModified : drogon::k200OK);
    if (!unchanged) {
        response->setContentTypeCode(drogon::CT_IMAGE_PNG);
        response->setBody(Bytes{**png});
    }
    response->addHeader("etag", etag);
    response->addHeader("cache-control", "private, max-age=86400");
    co_return response;
}

Task<Answer> AssetHandlers::uploadGarment(CallPtr call) {
    auto fields = call->bodyAs<GarmentFields>();
    if (!fields) co_return failure(std::move(fields.error()));
    auto image = co_await pictureOf(call, importer_);
    if (!image) co_return failure(std::move(image.error()));
    UploadGarment in{std::move(*image), fields->category, std::move(fields->name),
                     std::move(fields->description), fields->photo_type};
    auto garment = co_await assets_.uploadGarment(call->caller(), std::move(in));
    if (!garment) co_return failure(std::move(garment.error()));
    auto response = jsonReply(201, viewOf(*garment, links_));
    response->addHeader("location", "/garments/" + garment->id.str());
    co_return response;
}

Task<Answer> AssetHandlers::listGarments(CallPtr call) {
    const auto category = call->choice<Category>("category");
    auto page = co_await assets_.listGarments(call->user().id, category, pageRequestOf(*call));
    if (!page) co_return failure(std::move(page.error()));
    co_return jsonReply(
        200, pageOf(*page, [&](const Garment& garment) { return viewOf(garment, links_); }));
}

Task<Answer> AssetHandlers::getGarment(CallPtr call) {
    auto garment = co_await assets_.findGarment(call->user().id, call->id<GarmentId>("garmentId"));
    if (!garment) co_return failure(std::move(garment.error()));
    co_return jsonReply(200, viewOf(*garment, links_));
}

Task<Answer> AssetHandlers::deleteGarment(CallPtr call) {
    auto removed =
        co_await assets_.removeGarment(call->user().id, call->id<GarmentId>("garmentId"));
    if (!removed) co_return failure(std::move(removed.error()));
    co_return emptyReply();
}

}  // namespace atelier::http
