#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "domain/error.h"
#include "util/task.h"

namespace atelier {

/// The actions a domain has prompts for.
enum class PromptAction { Tryon, ModelGen, Scene };
BOOST_DESCRIBE_ENUM(PromptAction, Tryon, ModelGen, Scene)

/// What a domain uses when a request does not say.
struct PromptDefaults {
    std::optional<std::string> engine;
    std::optional<double> guidance;
    std::optional<std::int64_t> steps;
    std::optional<std::int64_t> safety_tolerance;
    std::optional<std::string> output_format;
};
BOOST_DESCRIBE_STRUCT(PromptDefaults, (), (engine, guidance, steps, safety_tolerance, output_format))

/// One version of a domain's prompts. `prompt_text` serves every action that
/// `actions` does not name (its keys: tryon, model_gen, scene).
struct PromptConfig {
    std::string domain;
    std::string prompt_text;
    std::map<std::string, std::string> actions;
    PromptDefaults defaults;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(PromptConfig, (), (domain, prompt_text, actions, defaults, version))

/// Values of the template variables; missing ones become nothing.
struct PromptVariables {
    std::string prompt;
    std::string category;
    std::string garment;
    std::string scene;
    std::string style;
};
BOOST_DESCRIBE_STRUCT(PromptVariables, (), (prompt, category, garment, scene, style))

struct RenderedPrompt {
    std::string text;
    std::vector<std::string> warnings;
};

/// Checks a template: `{{prompt}} {{category}} {{garment}} {{scene}} {{style}}`.
/// Errors: PromptInvalid (unknown variable, unclosed brace; with the position).
Result<> checkTemplate(std::string_view text);

/// Fills in the variables. Values come from users: braces and line breaks in them
/// are neutralised, so that a garment's description can neither open a variable
/// nor add a line of instructions. Errors: as checkTemplate.
Result<RenderedPrompt> renderTemplate(std::string_view text, const PromptVariables& variables);

/// The template of `config` for `action`.
const std::string& templateFor(const PromptConfig& config, PromptAction action);

/// `upper_body` → `top`: what a category is called in a prompt.
std::string_view spokenCategory(std::string_view category);

/// Where jobs get their domain's prompts from. Thread-safe.
class PromptSource {
  public:
    virtual ~PromptSource() = default;
    /// The newest version. Errors: ValidationFailed (no such domain; names those there are).
    virtual Task<Result<PromptConfig>> current(std::string domain) = 0;
};

/// The domains that every installation starts with.
const std::vector<PromptConfig>& seededPrompts();

/// Serves the seeded domains.
class SeededPromptSource final : public PromptSource {
  public:
    Task<Result<PromptConfig>> current(std::string domain) override;
};

}  // namespace atelier
