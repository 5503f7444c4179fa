#pragma once

#include "service/engines/abilities.h"
#include "service/engines/engine.h"

namespace atelier {

/// A provider endpoint that makes a picture anew after others and words.
struct EditRow {
    std::string_view name;
    std::string_view endpoint;
    std::size_t pictures = 8;  ///< that it takes at most
    bool sized = true;  ///< it is told the size; otherwise it keeps the first picture's ratio
    Abilities able;
};
extern const std::vector<EditRow> kEditRows;

/// FLUX.2 and Kontext: try-on with the garments as reference pictures, and scenes after a source,
/// whose edges may come along as a further reference. Source: bfl-api.md §2, §6.
class EditEngine final : public Engine {
  public:
    EditEngine(const EditRow& row, UsageAction action) : row_{row}, action_{action} {}

    std::string_view name() const override { return row_.name; }
    UsageAction action() const override { return action_; }
    std::optional<SceneOperation> operation() const override;
    MaskKind mask(const JobRequest& request) const override;
    bool seesScene() const override { return action_ == UsageAction::Scene; }
    Origin origin() const override { return Origin::Composite; }
    Result<> check(const Job& job) const override;
    Result<Prepared> prepare(const Job& job, const EngineInputs& inputs,
                             const PromptConfig& prompts, const Imaging& imaging) const override;
    Result<EncodedImage> finish(const Job& job, const Provenance& record,
                                const EngineInputs& inputs, BytesView answer,
                                const Imaging& imaging) const override;

  private:
    /// The pictures beside the first, and the words about all.
    Result<std::string> dress(const Job& job, const EngineInputs& inputs,
                              const PromptConfig& prompts, const Imaging& imaging,
                              Prepared& out) const;
    Result<std::string> setScene(const Job& job, const EngineInputs& inputs,
                                 const PromptConfig& prompts, const Imaging& imaging,
                                 Prepared& out) const;
    void putParameters(const Job& job, const PromptConfig& prompts, Size size, Prepared& out) const;

    const EditRow& row_;
    const UsageAction action_;
};

}  // namespace atelier
