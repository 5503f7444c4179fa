#include "service/prompts.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "util/names.h"

namespace atelier {
namespace {

constexpr Instant kSeededAt{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
constexpr std::size_t kLongPrompt =
    2000;  // characters; beyond this the provider's models lose the thread

// What dresses a person, or combines pictures, is told who is in which: {{garment}} names every
// piece and its picture.
const std::string kVtoPerson =
    "The person of image 1, maintaining exactly their face, hair and pose, wearing {{garment}}. "
    "{{prompt}}";
const std::string kVtoThing =
    "Image 1 with {{garment}} put in its natural place, everything else of image 1 unchanged. "
    "{{prompt}}";
const std::string kEditPerson =
    "The person of image 1, maintaining exactly their face, hair, pose and background, wearing "
    "{{garment}}. "
    "Same colours, pattern, fabric and details as shown, natural fit and folds. {{prompt}}";
const std::string kEditThing =
    "Image 1 with {{garment}} put in its natural place, true to its colours, material and "
    "proportions, everything "
    "else of image 1 unchanged. {{prompt}}";

/// Bytes of the line break of Unicode that begins at `at`: NEL, LINE and PARAGRAPH SEPARATOR.
std::size_t lineBreakAt(std::string_view text, std::size_t at) {
    const auto rest = text.substr(at);
    if (rest.starts_with("\xC2\x85")) return 2;
    return rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9") ? 3 : 0;
}

char harmless(char c) {
    if (c == '{' || c == '[') return '(';
    if (c == '}' || c == ']') return ')';
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f ? ' ' : c;
}

/// A user's text as it may stand inside a prompt: one line, no braces, no brackets.
std::string neutralised(std::string_view value) {
    std::string out;
    out.reserve(value.size());
    for (std::size_t i = 0; i < value.size();) {
        const auto line_break = lineBreakAt(value, i);
        const char c = line_break > 0 ? ' ' : harmless(value[i]);
        i += std::max<std::size_t>(line_break, 1);
        if (c != ' ' || (!out.empty() && out.back() != ' ')) out.push_back(c);
    }
    while (out.ends_with(' ')) out.pop_back();
    return out;
}

std::size_t characters(std::string_view text) {
    const auto begins_one = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_one));
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

std::unexpected<Error> badTemplate(std::string_view text, std::size_t at, std::string_view what) {
    const auto position = characters(text.substr(0, at)) + 1;
    return failure(ErrorCode::PromptInvalid, fmt::format("{} at character {}", what, position));
}

/// Walks the template: `text` gets literal pieces, `variable` names with positions.
Result<> walk(std::string_view input, const std::function<void(std::string_view)>& text,
              const std::function<Result<>(std::string_view, std::size_t)>& variable) {
    std::size_t pos = 0;
    while (pos < input.size()) {
        const auto open = input.find("{{", pos);
        const auto stray = input.find("}}", pos);
        if (stray < open) return badTemplate(input, stray, "\"}}\" without \"{{\"");
        text(input.substr(pos, open - pos));
        if (open == std::string_view::npos) return {};
        const auto close = input.find("}}", open + 2);
        if (close == std::string_view::npos)
            return badTemplate(input, open, "\"{{\" is never closed");
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
                return badTemplate(input, position,
                                   fmt::format("unknown variable \"{}\" (known: prompt, category, "
                                               "garment, scene, style)",
                                               name));
            if (value->empty())
                out.warnings.push_back(fmt::format("{{{{{}}}}} is empty here", name));
            out.text += *value;
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    out.text = tidied(out.text);
    if (out.text.empty()) out.warnings.emplace_back("nothing is left of the prompt");
    if (const auto length = characters(out.text); length > kLongPrompt)
        out.warnings.push_back(fmt::format("{} characters are more than {}: details may be ignored",
                                           length, kLongPrompt));
    return out;
}

Result<> checkTemplate(std::string_view text) {
    auto rendered = renderTemplate(text, {});
    if (!rendered) return failure(std::move(rendered.error()));
    return {};
}

std::vector<std::string> variablesIn(std::string_view text) {
    std::vector<std::string> names;
    const auto noted = walk(
        text, [](std::string_view) {},
        [&](std::string_view name, std::size_t) -> Result<> {
            names.emplace_back(name);
            return {};
        });
    (void)noted;  // the mistake is checkTemplate's to report
    return names;
}

const std::string& templateFor(const PromptConfig& config, PromptAction action) {
    const auto found = config.actions.find(std::string{nameOf(action)});
    if (found != config.actions.end()) return found->second;
    const bool people = config.domain == "clothing";
    if (action == PromptAction::TryonVto) return people ? kVtoPerson : kVtoThing;
    if (action == PromptAction::TryonEdit) return people ? kEditPerson : kEditThing;
    return config.prompt_text;
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
    static const ModelAttributes kStandingPerson{.pose = Pose::Standing,
                                                 .framing = Framing::FullBody};
    // Wording after bfl-api.md §6: the in-context diptych for Fill.
    static const std::vector<PromptConfig> kSeeded = {
        {"clothing",
         "{{prompt}}",
         {{"tryon",
           "Two photographs side by side: a garment, and the same garment worn by a person. "
           "[IMAGE1] Detailed product photo of the {{category}}: {{garment}}. "
           "[IMAGE2] The person wears exactly this {{category}}, same colours, pattern, fabric and "
           "details, "
           "natural fit and folds, photographed in the same light. {{style}} {{prompt}}"},
          {"model_gen",
           "Fashion photograph of one person, {{prompt}}. {{style}} Plain light background, even "
           "studio light, sharp focus."},
          {"scene",
           "The same person in a new setting: {{scene}}. {{prompt}} Light and shadows match the "
           "setting. {{style}}"}},
         {"fill", 30.0, 50, 2, "jpeg", kStandingPerson},
         1,
         std::nullopt,
         "atelier",
         kSeededAt},
        {"interior_design",
         "{{prompt}}",
         {{"tryon",
           "Two photographs side by side: a piece of furniture or decor, and the same piece placed "
           "in a room. "
           "[IMAGE1] Detailed product photo: {{garment}}. "
           "[IMAGE2] The room with exactly this piece, true to its colours, material and "
           "proportions, standing "
           "naturally on the floor with fitting light and shadow. {{style}} {{prompt}}"},
          {"model_gen",
           "Interior photograph of {{prompt}}. Wide angle, eye level, natural daylight, tidy. "
           "{{style}}"},
          {"scene",
           "The same room redesigned: {{scene}}. {{prompt}} Keep walls, windows and perspective. "
           "{{style}}"}},
         {"fill", 30.0, 50, 2, "jpeg", std::nullopt},
         1,
         std::nullopt,
         "atelier",
         kSeededAt},
    };
    return kSeeded;
}

}  // namespace atelier
