#pragma once

#include "service/engines/engine.h"

namespace atelier {

/// Model generation from text with `/v1/flux-pro-1.1`.
class TextToImageEngine final : public Engine {
  public:
    std::string_view name() const override { return "flux-pro-1.1"; }
    UsageAction action() const override { return UsageAction::ModelGen; }
    bool needsMask() const override { return false; }
    Result<Prepared> prepare(const Job& job, const EngineInputs& inputs, const PromptConfig& prompts,
                             const Imaging& imaging) const override;
    Result<EncodedImage> finish(const Job& job, const EngineInputs& inputs, BytesView answer,
                                const Imaging& imaging) const override;
};

}  // namespace atelier
