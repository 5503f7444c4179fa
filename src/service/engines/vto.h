#pragma once

#include "service/engines/abilities.h"
#include "service/engines/engine.h"

namespace atelier {

/// A version of the provider's own try-on.
struct VtoRow {
    std::string_view name;
    std::string_view endpoint;
};
extern const std::vector<VtoRow> kVtoRows;

/// Try-on by the provider's try-on model: person and garment go there, the person dressed comes
/// back. Several garments become one board. No mask, unless `preserve` asks for the photo's own
/// face, hands and background. Source: bfl-api.md §6.
class VtoEngine final : public Engine {
  public:
    explicit VtoEngine(const VtoRow& row) : row_{row} {}

    std::string_view name() const override { return row_.name; }
    UsageAction action() const override { return UsageAction::Tryon; }
    MaskKind mask(const JobRequest& request) const override;
    Origin origin() const override { return Origin::Composite; }
    Result<> check(const Job& job) const override;
    Result<Prepared> prepare(const Job& job, const EngineInputs& inputs,
                             const PromptConfig& prompts, const Imaging& imaging) const override;
    Result<EncodedImage> finish(const Job& job, const Provenance& record,
                                const EngineInputs& inputs, BytesView answer,
                                const Imaging& imaging) const override;

  private:
    const VtoRow& row_;
};

}  // namespace atelier
