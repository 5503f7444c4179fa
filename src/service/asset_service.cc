#include "service/asset_service.h"

#include "service/on_pool.h"

namespace atelier {
namespace {

constexpr int kThumbEdge = 384;  // pixels: sharp in a grid on a 2x screen

struct Normalised {
    EncodedImage image;
    EncodedImage thumb;
};

Result<Normalised> normalise(const Imaging& imaging, const Bytes& upload, ImageLimits limits) {
    auto image = imaging.normalise(upload, limits);
    if (!image) return failure(std::move(image.error()));
    auto thumb = imaging.shrink(*image->bytes, kThumbEdge, ImageFormat::Webp);
    if (!thumb) return failure(std::move(thumb.error()));
    return Normalised{std::move(*image), std::move(*thumb)};
}

}  // namespace

Task<Result<Picture>> AssetService::storePicture(SharedBytes image, ImageLimits limits) {
    auto work = [&imaging = parts_.imaging, image, limits] { return normalise(imaging, *image, limits); };
    auto done = co_await onPool(parts_.image_pool, std::move(work));
    if (!done) co_return failure(std::move(done.error()));
    auto key = co_await parts_.blobs.put(done->image.bytes, extensionOf(done->image.content_type));
    if (!key) co_return failure(std::move(key.error()));
    auto thumb_key = co_await parts_.blobs.put(done->thumb.bytes, extensionOf(done->thumb.content_type));
    if (!thumb_key) co_return failure(std::move(thumb_key.error()));

    Picture picture;
    picture.key = *key;
    picture.thumb_key = *thumb_key;
    picture.width = done->image.size.width;
    picture.height = done->image.size.height;
    picture.content_type = done->image.content_type;
    picture.bytes = static_cast<std::int64_t>(done->image.bytes->size());
    picture.sha256 = key->substr(0, 64);
    co_return picture;
}

Task<Result<Model>> AssetService::uploadModel(Caller caller, UploadModel in) {
    auto picture = co_await storePicture(in.image, parts_.limits);
    if (!picture) co_return failure(std::move(picture.error()));
    Model model;
    model.id = parts_.ids.make<ModelId>();
    model.user_id = caller.user.id;
    model.type = ModelType::Uploaded;
    model.name = std::move(in.name);
    model.picture = std::move(*picture);
    model.metadata = std::move(in.metadata);
    model.created_at = parts_.clock.now();
    auto stored = co_await parts_.assets.insertModel(model);
    if (!stored) co_return failure(std::move(stored.error()));
    auto there = co_await checkStillThere(model.picture);
    if (!there) {
        auto removed = co_await removeModel(model.user_id, model.id);
        (void)removed;
        co_return failure(std::move(there.error()));
    }
    co_return model;
}

Task<Result<Garment>> AssetService::uploadGarment(Caller caller, UploadGarment in) {
    auto picture = co_await storePicture(in.image, parts_.limits);
    if (!picture) co_return failure(std::move(picture.error()));
    Garment garment;
    garment.id = parts_.ids.make<GarmentId>();
    garment.user_id = caller.user.id;
    garment.category = in.category;
    garment.name = std::move(in.name);
    garment.description = std::move(in.description);
    garment.photo_type = in.photo_type;
    garment.picture = std::move(*picture);
    garment.created_at = parts_.clock.now();
    auto stored = co_await parts_.assets.insertGarment(garment);
    if (!stored) co_return failure(std::move(stored.error()));
    auto there = co_await checkStillThere(garment.picture);
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
    if (!*found) co_return failure(ErrorCode::NotFound, "no model " + id.str() + " in this account");
    co_return std::move(**found);
}

Task<Result<Garment>> AssetService::findGarment(UserId owner, GarmentId id) {
    auto found = co_await parts_.assets.findGarment(owner, id);
    if (!found) co_return failure(std::move(found.error()));
    if (!*found) co_return failure(ErrorCode::NotFound, "no garment " + id.str() + " in this account");
    co_return std::move(**found);
}

Task<Result<Page<Model>>> AssetService::listModels(UserId owner, std::optional<ModelType> type, PageRequest page) {
    return parts_.assets.listModels(owner, type, std::move(page));
}

Task<Result<Page<Garment>>> AssetService::listGarments(UserId owner, std::optional<Category> category,
                                                       PageRequest page) {
    return parts_.assets.listGarments(owner, category, std::move(page));
}

Task<Result<>> AssetService::removeModel(UserId owner, ModelId id) {
    auto model = co_await findModel(owner, id);
    if (!model) co_return failure(std::move(model.error()));
    auto removed = co_await parts_.assets.removeModel(owner, id);
    if (!removed) co_return failure(std::move(removed.error()));
    if (!*removed) co_return failure(ErrorCode::NotFound, "no model " + id.str() + " in this account");
    auto released = co_await release(std::move(model->picture));
    co_return released;
}

Task<Result<>> AssetService::removeGarment(UserId owner, GarmentId id) {
    auto garment = co_await findGarment(owner, id);
    if (!garment) co_return failure(std::move(garment.error()));
    auto removed = co_await parts_.assets.removeGarment(owner, id);
    if (!removed) co_return failure(std::move(removed.error()));
    if (!*removed) co_return failure(ErrorCode::NotFound, "no garment " + id.str() + " in this account");
    auto released = co_await release(std::move(garment->picture));
    co_return released;
}

Task<Result<>> AssetService::release(Picture picture) {
    std::vector<std::string> keys{std::move(picture.key), std::move(picture.thumb_key)};
    auto released = co_await parts_.reaper.release(std::move(keys));
    (void)released;  // the object is gone; what is left of its pictures goes with the next sweep
    co_return Result<>{};
}

Task<Result<>> AssetService::checkStillThere(Picture picture) {
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
    auto mask = co_await parts_.masks.maskFor(model->picture.key, category);
    if (!mask) co_return failure(std::move(mask.error()));
    auto bytes = co_await parts_.blobs.get(mask->key);
    co_return bytes;
}

}  // namespace atelier
