#include "service/prompts.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "util/names.h"

namespace atelier {
namespace {

constexpr std::size_t kLongPrompt = 2000;  // characters; beyond this the provider's models lose the thread

/// A user's text as it may stand inside a prompt: one line, no braces.
std::string neutralised(std::string_view value) {
    std::string out;
    out.reserve(value.size());
    for (const char c : value) {
        const auto u = static_cast<unsigned char>(c);
        const bool space = u < 0x20 || c == ' ' || u == 0x7f;
        if (space && (out.empty() || out.back() == ' ')) continue;
        if (c == '{') out.push_back('(');
        else if (c == '}') out.push_back(')');
        else out.push_back(space ? ' ' : c);
    }
    while (out.ends_with(' ')) out.pop_back();
    return out;
}

std::optional<std::string> valueOf(std::string_view name, const PromptVariables& variables) {
    if (name == "prompt") return neutralised(variables.prompt);
    if (name == "category") return neutralised(variables.category);
    if (name == "garment") return neutralised(variables.garment);
    if (name == "scene") return neutralised(variables.scene);
    if (name == "style") return neutralised(variables.style);
    return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

std::unexpected<Error> badTemplate(std::size_t position, std::string_view what) {
    return failure(ErrorCode::PromptInvalid, fmt::format("{} at character {}", what, position + 1));
}

/// Walks the template: `text` gets literal pieces, `variable` names with positions.
Result<> walk(std::string_view input, const std::function<void(std::string_view)>& text,
              const std::function<Result<>(std::string_view, std::size_t)>& variable) {
    std::size_t pos = 0;
    while (pos < input.size()) {
        const auto open = input.find("{{", pos);
        const auto stray = input.find("}}", pos);
        if (stray < open) return badTemplate(stray, "\"}}\" without \"{{\"");
        text(input.substr(pos, open - pos));
        if (open == std::string_view::npos) return {};
        const auto close = input.find("}}", open + 2);
        if (close == std::string_view::npos) return badTemplate(open, "\"{{\" is never closed");
        const auto name = trimmed(input.substr(open + 2, close - open - 2));
        if (auto done = variable(name, open); !done) return done;
        pos = close + 2;
    }
    return {};
}

/// Removes what an empty variable left behind: doubled spaces, a space before punctuation.
std::string tidied(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const bool closing = c == '.' || c == ',' || c == ';' || c == ':';
        while ((c == ' ' || closing) && out.ends_with(' ')) out.pop_back();
        if (closing && (out.ends_with(',') || out.ends_with(';'))) out.pop_back();
        out.push_back(c);
    }
    return std::string{trimmed(out)};
}

}  // namespace

Result<RenderedPrompt> renderTemplate(std::string_view input, const PromptVariables& variables) {
    RenderedPrompt out;
    auto done = walk(
        input, [&](std::string_view piece) { out.text += piece; },
        [&](std::string_view name, std::size_t position) -> Result<> {
            auto value = valueOf(name, variables);
            if (!value)
                return badTemplate(position, fmt::format("unknown variable \"{}\" (known: prompt, category, "
                                                         "garment, scene, style)", name));
            if (value->empty()) out.warnings.push_back(fmt::format("{{{{{}}}}} is empty here", name));
            out.text += *value;
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    out.text = tidied(out.text);
    if (out.text.size() > kLongPrompt)
        out.warnings.push_back(fmt::format("{} characters are more than {}: details may be ignored",
                                           out.text.size(), kLongPrompt));
    return out;
}

Result<> checkTemplate(std::string_view text) {
    auto rendered = renderTemplate(text, {});
    if (!rendered) return failure(std::move(rendered.error()));
    return {};
}

const std::string& templateFor(const PromptConfig& config, PromptAction action) {
    const auto found = config.actions.find(std::string{nameOf(action)});
    return found == config.actions.end() ? config.prompt_text : found->second;
}

std::string_view spokenCategory(std::string_view category) {
    static const std::map<std::string_view, std::string_view> kSpoken = {
        {"upper_body", "top"},    {"lower_body", "bottom"}, {"dress", "dress"},
        {"outerwear", "coat"},    {"full_body", "outfit"},  {"footwear", "pair of shoes"},
        {"headwear", "headwear"}, {"bag", "bag"},           {"accessory", "accessory"},
    };
    const auto found = kSpoken.find(category);
    return found == kSpoken.end() ? category : found->second;
}

const std::vector<PromptConfig>& seededPrompts() {
    // Wording after bfl-api.md §6: the in-context diptych for Fill.
    static const std::vector<PromptConfig> kSeeded = {
        {"clothing",
         "{{prompt}}",
         {{"tryon",
           "Two photographs side by side: a garment, and the same garment worn by a person. "
           "[IMAGE1] Detailed product photo of the {{category}}: {{garment}}. "
           "[IMAGE2] The person wears exactly this {{category}}, same colours, pattern, fabric and details, "
           "natural fit and folds, photographed in the same light. {{style}} {{prompt}}"},
          {"model_gen",
           "Full-length fashion photograph of one person, {{prompt}}. Standing, facing the camera, arms relaxed, "
           "whole body in frame, plain light background, even studio light, sharp focus. {{style}}"},
          {"scene", "The same person in a new setting: {{scene}}. {{prompt}} Light and shadows match the setting. {{style}}"}},
         {"fill", 30.0, 50, 2, "jpeg"},
         1},
        {"interior_design",
         "{{prompt}}",
         {{"tryon",
           "Two photographs side by side: a piece of furniture or decor, and the same piece placed in a room. "
           "[IMAGE1] Detailed product photo: {{garment}}. "
           "[IMAGE2] The room with exactly this piece, true to its colours, material and proportions, standing "
           "naturally on the floor with fitting light and shadow. {{style}} {{prompt}}"},
          {"model_gen", "Interior photograph of {{prompt}}. Wide angle, eye level, natural daylight, tidy. {{style}}"},
          {"scene", "The same room redesigned: {{scene}}. {{prompt}} Keep walls, windows and perspective. {{style}}"}},
         {"fill", 30.0, 50, 2, "jpeg"},
         1},
    };
    return kSeeded;
}

Task<Result<PromptConfig>> SeededPromptSource::current(std::string domain) {
    const auto& all = seededPrompts();
    const auto found = std::ranges::find(all, domain, &PromptConfig::domain);
    if (found != all.end()) co_return *found;
    std::vector<std::string> names;
    for (const auto& config : all) names.push_back(config.domain);
    Error error{ErrorCode::ValidationFailed,
                fmt::format("no domain \"{}\"; there are {}", domain, fmt::join(names, ", "))};
    error.fields.push_back({"/domain", "must be a configured domain"});
    co_return failure(std::move(error));
}

}  // namespace atelier
