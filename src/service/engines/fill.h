#pragma once

#include "service/engines/engine.h"

namespace atelier {

/// Try-on by inpainting (`/v1/flux-pro-1.0-fill`): garment and person side by side,
/// the masked region of the person repainted while the model sees the garment; the
/// answer is pasted through the mask over the untouched photo. Source: bfl-api.md §6.
class FillEngine final : public Engine {
  public:
    std::string_view name() const override { return "fill"; }
    UsageAction action() const override { return UsageAction::Tryon; }
    bool needsMask() const override { return true; }
    Result<Prepared> prepare(const Job& job, const EngineInputs& inputs, const PromptConfig& prompts,
                             const Imaging& imaging) const override;
    Result<EncodedImage> finish(const Job& job, const EngineInputs& inputs, BytesView answer,
                                const Imaging& imaging) const override;
};

}  // namespace atelier
