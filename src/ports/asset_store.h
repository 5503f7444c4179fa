#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/asset.h"
#include "domain/error.h"
#include "ports/page.h"
#include "util/task.h"

namespace atelier {

/// Models and garments. Thread-safe. Durable when a task completes. Reads are
/// scoped to an owner: another user's object is as good as missing.
/// All methods may fail with NotReady.
class AssetStore {
  public:
    virtual ~AssetStore() = default;

    /// A model or garment with that id is there already: nothing changes, success
    /// (so that a resumed job may insert its result again).
    virtual Task<Result<>> insertModel(Model model) = 0;
    virtual Task<Result<>> insertGarment(Garment garment) = 0;

    /// Empty when there is none: not an error.
    virtual Task<Result<std::optional<Model>>> findModel(UserId owner, ModelId id) = 0;
    virtual Task<Result<std::optional<Garment>>> findGarment(UserId owner, GarmentId id) = 0;

    virtual Task<Result<Page<Model>>> listModels(UserId owner, std::optional<ModelType> type,
                                                 PageRequest page) = 0;
    virtual Task<Result<Page<Garment>>> listGarments(UserId owner, std::optional<Category> category,
                                                     PageRequest page) = 0;

    /// False when there was none.
    virtual Task<Result<bool>> removeModel(UserId owner, ModelId id) = 0;
    virtual Task<Result<bool>> removeGarment(UserId owner, GarmentId id) = 0;

    /// Uploaded or generated models, and garments, of anyone, with ids made before `before`, oldest
    /// first.
    virtual Task<Result<std::vector<Model>>> listModelsBefore(ModelType type, Instant before,
                                                              int limit) = 0;
    virtual Task<Result<std::vector<Garment>>> listGarmentsBefore(Instant before, int limit) = 0;

    /// True while anything of anyone refers to the blob: a model, a garment, a scene, a job
    /// (blobKeysOf).
    /// Whatever else comes to keep blobs has to be asked here, or the sweep removes them.
    virtual Task<Result<bool>> isBlobReferenced(std::string key) = 0;
};

}  // namespace atelier
