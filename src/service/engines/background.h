#pragma once

#include "service/engines/engine.h"

namespace atelier {

/// Another place behind a person, by inpainting (`/v1/flux-pro-1.0-fill`): everything but the
/// person is repainted, and the answer is pasted around the person, whose pixels stay exactly as
/// they are.
class BackgroundEngine final : public Engine {
  public:
    std::string_view name() const override { return "fill"; }
    UsageAction action() const override { return UsageAction::Scene; }
    std::optional<SceneOperation> operation() const override { return SceneOperation::Replace; }
    MaskKind mask(const JobRequest&) const override { return MaskKind::Background; }
    Origin origin() const override { return Origin::Composite; }
    Result<> check(const Job& job) const override;
    Result<Prepared> prepare(const Job& job, const EngineInputs& inputs,
                             const PromptConfig& prompts, const Imaging& imaging) const override;
    Result<EncodedImage> finish(const Job& job, const Provenance& record,
                                const EngineInputs& inputs, BytesView answer,
                                const Imaging& imaging) const override;
};

}  // namespace atelier
