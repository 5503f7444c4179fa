#pragma once

#include "service/engines/abilities.h"
#include "service/engines/engine.h"

namespace atelier {

/// A provider endpoint that repaints the masked part of a picture.
struct FillRow {
    std::string_view name;
    std::string_view endpoint;
    Abilities able;
};
extern const std::vector<FillRow> kFillRows;

/// Try-on by inpainting (`/v1/flux-pro-1.0-fill`): garment and person side by side,
/// the masked region of the person repainted while the model sees the garment; the
/// answer is pasted through the mask over the untouched photo. Source: bfl-api.md §6.
class FillEngine final : public Engine {
  public:
    explicit FillEngine(const FillRow& row) : row_{row} {}

    std::string_view name() const override { return row_.name; }
    UsageAction action() const override { return UsageAction::Tryon; }
    MaskKind mask(const JobRequest&) const override { return MaskKind::Garment; }
    Origin origin() const override { return Origin::Composite; }
    Result<> check(const Job& job) const override;
    Result<Prepared> prepare(const Job& job, const EngineInputs& inputs,
                             const PromptConfig& prompts, const Imaging& imaging) const override;
    Result<EncodedImage> finish(const Job& job, const Provenance& record,
                                const EngineInputs& inputs, BytesView answer,
                                const Imaging& imaging) const override;

  private:
    const FillRow& row_;
};

}  // namespace atelier
