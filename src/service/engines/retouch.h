#pragma once

#include "service/engines/abilities.h"
#include "service/engines/engine.h"

namespace atelier {

/// One of the provider's tools that need few words or none.
struct RetouchRow {
    std::string_view name;
    std::string_view endpoint;
    SceneOperation operation = SceneOperation::Deblur;
    Abilities able;
};
extern const std::vector<RetouchRow> kRetouchRows;

/// Erase (what the client's mask covers goes; every other pixel stays), outpaint (the picture grows
/// to `aspectRatio`) and deblur. Source: bfl-api.md §2a.
class RetouchEngine final : public Engine {
  public:
    explicit RetouchEngine(const RetouchRow& row) : row_{row} {}

    std::string_view name() const override { return row_.name; }
    UsageAction action() const override { return UsageAction::Scene; }
    std::optional<SceneOperation> operation() const override { return row_.operation; }
    MaskKind mask(const JobRequest&) const override;
    Origin origin() const override { return Origin::Composite; }
    Result<> check(const Job& job) const override;
    Result<Prepared> prepare(const Job& job, const EngineInputs& inputs,
                             const PromptConfig& prompts, const Imaging& imaging) const override;
    Result<EncodedImage> finish(const Job& job, const Provenance& record,
                                const EngineInputs& inputs, BytesView answer,
                                const Imaging& imaging) const override;

  private:
    const RetouchRow& row_;
};

}  // namespace atelier
