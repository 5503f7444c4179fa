#pragma once

#include <optional>
#include <string>

#include "ports/scene_store.h"
#include "service/auth/audit_log.h"
#include "service/caller.h"
#include "service/picture_store.h"
#include "service/prompts.h"

namespace atelier {

struct NewScene {
    std::string name;
    std::string domain;
    std::optional<std::string> prompt;
    SharedBytes image;  ///< null: none
};

/// Scene presets: made by administrators, used by everyone. Thread-safe. All methods may fail with
/// NotReady.
class SceneService {
  public:
    struct Parts {
        SceneStore& scenes;
        PictureStore& pictures;
        PromptSource& prompts;
        AuditLog& audit;
        const Clock& clock;
        IdSource& ids;
        ImageLimits limits;
    };
    explicit SceneService(Parts parts) : parts_{parts} {}

    /// Errors: ValidationFailed (no such domain), Conflict (the domain has a scene of that name),
    /// those of the Imaging port.
    Task<Result<Scene>> create(Caller admin, NewScene in);
    /// Errors: NotFound.
    Task<Result<Scene>> find(SceneId id);
    Task<Result<Page<Scene>>> list(std::optional<std::string> domain, PageRequest page);
    /// Jobs that used it keep their results. Errors: NotFound.
    Task<Result<>> remove(Caller admin, SceneId id);

  private:
    Parts parts_;
};

}  // namespace atelier
