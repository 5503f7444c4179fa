#pragma once

#include "service/engines/abilities.h"
#include "service/engines/engine.h"

namespace atelier {

/// A provider endpoint that makes pictures from words.
struct TextToImageRow {
    UsageAction action = UsageAction::ModelGen;
    std::string_view name;
    std::string_view endpoint;
    Abilities able;
};

/// All of them. Source: bfl-api.md §2.
extern const std::vector<TextToImageRow> kTextToImageRows;

/// Pictures from text: people, and scenes without a source.
class TextToImageEngine final : public Engine {
  public:
    explicit TextToImageEngine(const TextToImageRow& row) : row_{row} {}

    std::string_view name() const override { return row_.name; }
    UsageAction action() const override { return row_.action; }
    std::optional<SceneOperation> operation() const override;
    Origin origin() const override { return Origin::Generated; }
    Result<> check(const Job& job) const override { return checkAbilities(job, row_.able); }
    Result<Prepared> prepare(const Job& job, const EngineInputs& inputs,
                             const PromptConfig& prompts, const Imaging& imaging) const override;
    Result<EncodedImage> finish(const Job& job, const Provenance& record,
                                const EngineInputs& inputs, BytesView answer,
                                const Imaging& imaging) const override;

  private:
    Result<RenderedPrompt> promptFor(const JobRequest& request, const PromptConfig& prompts) const;
    void putSize(boost::json::object& parameters, const JobRequest& request) const;

    const TextToImageRow& row_;
};

}  // namespace atelier
