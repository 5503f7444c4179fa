#include "service/asset_service.h"

namespace atelier {

Task<Result<Model>> AssetService::uploadModel(Caller caller, UploadModel in) {
    auto picture = co_await parts_.pictures.takeIn(in.image, parts_.limits);
    if (!picture) co_return failure(std::move(picture.error()));
    Model model;
    model.id = parts_.ids.make<ModelId>();
    model.user_id = caller.user->id;
    model.type = ModelType::Uploaded;
    model.name = std::move(in.name);
    model.picture = std::move(*picture);
    model.metadata = std::move(in.metadata);
    model.created_at = parts_.clock.now();
    auto stored = co_await parts_.assets.insertModel(model);
    if (!stored) co_return failure(std::move(stored.error()));
    auto there = co_await checkStillThere(model.user_id, model.picture);
    if (!there) {
        auto removed = co_await removeModel(model.user_id, model.id);
        (void)removed;
        co_return failure(std::move(there.error()));
    }
    co_return model;
}

Task<Result<Garment>> AssetService::uploadGarment(Caller caller, UploadGarment in) {
    auto picture = co_await parts_.pictures.takeIn(in.image, parts_.limits);
    if (!picture) co_return failure(std::move(picture.error()));
    Garment garment;
    garment.id = parts_.ids.make<GarmentId>();
    garment.user_id = caller.user->id;
    garment.category = in.category;
    garment.name = std::move(in.name);
    garment.description = std::move(in.description);
    garment.photo_type = in.photo_type;
    garment.picture = std::move(*picture);
    garment.created_at = parts_.clock.now();
    auto stored = co_await parts_.assets.insertGarment(garment);
    if (!stored) co_return failure(std::move(stored.error()));
    auto there = co_await checkStillThere(garment.user_id, garment.picture);
    if (!there) {
        auto removed = co_await removeGarment(garment.user_id, garment.id);
        (void)removed;
        co_return failure(std::move(there.error()));
    }
    co_return garment;
}

Task<Result<Model>> AssetService::findModel(UserId owner, ModelId id) {
    auto found = co_await parts_.assets.findModel(owner, id);
    if (!found) co_return failure(std::move(found.error()));
    if (!*found)
        co_return failure(ErrorCode::NotFound, "no model " + id.str() + " in this account");
    co_return std::move(**found);
}

Task<Result<Garment>> AssetService::findGarment(UserId owner, GarmentId id) {
    auto found = co_await parts_.assets.findGarment(owner, id);
    if (!found) co_return failure(std::move(found.error()));
    if (!*found)
        co_return failure(ErrorCode::NotFound, "no garment " + id.str() + " in this account");
    co_return std::move(**found);
}

Task<Result<Page<Model>>> AssetService::listModels(UserId owner, std::optional<ModelType> type,
                                                   PageRequest page) {
    return parts_.assets.listModels(owner, type, std::move(page));
}

Task<Result<Page<Garment>>> AssetService::listGarments(UserId owner,
                                                       std::optional<Category> category,
                                                       PageRequest page) {
    return parts_.assets.listGarments(owner, category, std::move(page));
}

Task<Result<>> AssetService::removeModel(UserId owner, ModelId id) {
    auto model = co_await findModel(owner, id);
    if (!model) co_return failure(std::move(model.error()));
    auto removed = co_await parts_.assets.removeModel(owner, id);
    if (!removed) co_return failure(std::move(removed.error()));
    if (!*removed)
        co_return failure(ErrorCode::NotFound, "no model " + id.str() + " in this account");
    auto released = co_await release(std::move(model->picture));
    co_return released;
}

Task<Result<>> AssetService::removeGarment(UserId owner, GarmentId id) {
    auto garment = co_await findGarment(owner, id);
    if (!garment) co_return failure(std::move(garment.error()));
    auto removed = co_await parts_.assets.removeGarment(owner, id);
    if (!removed) co_return failure(std::move(removed.error()));
    if (!*removed)
        co_return failure(ErrorCode::NotFound, "no garment " + id.str() + " in this account");
    auto released = co_await release(std::move(garment->picture));
    co_return released;
}

Task<Result<>> AssetService::release(Picture picture) {
    std::vector<std::string> keys{std::move(picture.key), std::move(picture.thumb_key)};
    auto released = co_await parts_.reaper.release(std::move(keys));
    (void)released;  // the object is gone; what is left of its pictures goes with the next sweep
    co_return Result<>{};
}

Task<Result<>> AssetService::checkStillThere(UserId owner, Picture picture) {
    const auto user = co_await parts_.users.findUser(owner);
    if (!user) co_return failure(user.error());
    if (!*user || (*user)->isErased())
        co_return failure(ErrorCode::Unauthenticated, "the account was erased at this moment");
    for (const auto& key : {picture.key, picture.thumb_key}) {
        auto found = co_await parts_.blobs.stat(key);
        if (!found) co_return failure(std::move(found.error()));
        if (!*found)
            co_return failure(ErrorCode::NotReady,
                              "the same picture was being erased at this moment; upload it again");
    }
    co_return Result<>{};
}

Task<Result<SharedBytes>> AssetService::maskPreview(UserId owner, ModelId id, Category category) {
    auto model = co_await findModel(owner, id);
    if (!model) co_return failure(std::move(model.error()));
    auto mask = co_await parts_.masks.preview(model->picture.key, category);
    co_return mask;
}

}  // namespace atelier
