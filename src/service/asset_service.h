#pragma once

#include <map>
#include <optional>
#include <string>

#include "ports/asset_store.h"
#include "ports/blob_store.h"
#include "ports/user_store.h"
#include "service/blob_reaper.h"
#include "service/caller.h"
#include "service/mask_maker.h"
#include "service/picture_store.h"
#include "util/clock.h"

namespace atelier {

/// What comes with an uploaded photo of a person.
struct UploadModel {
    SharedBytes image;
    std::optional<std::string> name;
    std::map<std::string, std::string> metadata;
};

/// What comes with an uploaded photo of a garment.
struct UploadGarment {
    SharedBytes image;
    Category category = Category::UpperBody;
    std::optional<std::string> name;
    std::optional<std::string> description;
    PhotoType photo_type = PhotoType::FlatLay;
};

/// Takes in photos and hands them out. Thread-safe.
/// Errors of uploads: the Imaging port's; NotReady when the image pool is full.
class AssetService {
  public:
    struct Parts {
        AssetStore& assets;
        UserStore& users;
        BlobStore& blobs;
        BlobReaper& reaper;
        PictureStore& pictures;
        MaskMaker& masks;
        const Clock& clock;
        IdSource& ids;
        ImageLimits limits;
    };
    explicit AssetService(Parts parts) : parts_{parts} {}

    Task<Result<Model>> uploadModel(Caller caller, UploadModel in);
    Task<Result<Garment>> uploadGarment(Caller caller, UploadGarment in);

    /// Errors: NotFound.
    Task<Result<Model>> findModel(UserId owner, ModelId id);
    Task<Result<Garment>> findGarment(UserId owner, GarmentId id);
    Task<Result<Page<Model>>> listModels(UserId owner, std::optional<ModelType> type,
                                         PageRequest page);
    Task<Result<Page<Garment>>> listGarments(UserId owner, std::optional<Category> category,
                                             PageRequest page);
    /// Forgets the object, and its pictures unless something else refers to them. Errors: NotFound.
    Task<Result<>> removeModel(UserId owner, ModelId id);
    Task<Result<>> removeGarment(UserId owner, GarmentId id);

    /// PNG in the photo's size, white = will be repainted. Errors: NotFound, NoPersonFound.
    Task<Result<SharedBytes>> maskPreview(UserId owner, ModelId id, Category category);

  private:
    Task<Result<>> release(Picture picture);
    /// A picture that was removed between `put` and the object that refers to it is noticed here,
    /// and so is an owner who was erased before the object could be.
    Task<Result<>> checkStillThere(UserId owner, Picture picture);

    Parts parts_;
};

}  // namespace atelier
