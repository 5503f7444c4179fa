#pragma once

#include <optional>
#include <string>

#include "domain/error.h"
#include "domain/scene.h"
#include "ports/page.h"
#include "util/task.h"

namespace atelier {

/// The scene presets, which belong to nobody and may be used by everyone. Thread-safe. Durable when
/// a task completes. All methods may fail with NotReady.
class SceneStore {
  public:
    virtual ~SceneStore() = default;

    /// Errors: Conflict (the domain has a scene of that name, or one with that id exists).
    virtual Task<Result<>> insertScene(Scene scene) = 0;
    /// Empty when there is none: not an error.
    virtual Task<Result<std::optional<Scene>>> findScene(SceneId id) = 0;
    virtual Task<Result<Page<Scene>>> listScenes(std::optional<std::string> domain,
                                                 PageRequest page) = 0;
    /// False when there was none.
    virtual Task<Result<bool>> removeScene(SceneId id) = 0;
};

}  // namespace atelier
