#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "domain/error.h"
#include "domain/prompt.h"
#include "util/task.h"

namespace atelier {

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
/// Errors: PromptInvalid (unknown variable, unclosed brace; with the position, in characters).
Result<> checkTemplate(std::string_view text);

/// The variables that a template uses, in its order; of a wrong one those before the mistake.
std::vector<std::string> variablesIn(std::string_view text);

/// Fills in the variables. Values come from users: braces, brackets and line breaks in them are
/// neutralised, so that a garment's description can neither open a variable nor begin another
/// picture's part (`[IMAGE2]`) nor add a line of instructions. Errors: as checkTemplate.
Result<RenderedPrompt> renderTemplate(std::string_view text, const PromptVariables& variables);

/// The template of `config` for `action`; where it has none for `TryonVto` and `TryonEdit`, the
/// program's own.
const std::string& templateFor(const PromptConfig& config, PromptAction action);

/// `upper_body` → `top`: what a category is called in a prompt.
std::string_view spokenCategory(std::string_view category);

/// Where jobs get their domain's prompts from. Thread-safe.
class PromptSource {
  public:
    virtual ~PromptSource() = default;
    /// The newest version. Errors: ValidationFailed (no such domain; names those there are).
    virtual Task<Result<PromptConfig>> current(std::string domain) = 0;
    /// Errors: NotFound.
    virtual Task<Result<PromptConfig>> version(std::string domain, std::int64_t version) = 0;
};

/// The domains that every installation starts with, each as version 1.
const std::vector<PromptConfig>& seededPrompts();

}  // namespace atelier
