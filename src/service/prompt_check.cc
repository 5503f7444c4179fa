#include "service/prompt_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "ports/imaging.h"
#include "service/engines/engine.h"
#include "util/names.h"

namespace atelier {
namespace {

// What `fill` takes: bfl-api.md §2c.
constexpr double kLeastGuidance = 1.5, kMostGuidance = 100;
constexpr std::int64_t kFewestSteps = 15, kMostSteps = 50;
constexpr std::int64_t kLaxestSafety = 6;

using Fields = std::vector<FieldError>;

void checkText(Fields& fields, std::string pointer, std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        fields.push_back({std::move(pointer), "must say something"});
    } else if (const auto checked = checkTemplate(text); !checked) {
        fields.push_back({std::move(pointer), checked.error().detail});
    }
}

Fields checkTexts(const PromptConfig& prompt) {
    Fields fields;
    checkText(fields, "/promptText", prompt.prompt_text);
    for (const auto& [action, text] : prompt.actions) {
        if (fromName<PromptAction>(action))
            checkText(fields, "/actions/" + action, text);
        else
            fields.push_back(
                {"/actions", "knows tryon, tryon_vto, tryon_edit, model_gen and scene only"});
    }
    return fields;
}

template <class T>
void checkRange(Fields& fields, std::string pointer, std::optional<T> value, T least, T most) {
    if (!value || (*value >= least && *value <= most)) return;
    fields.push_back(
        {std::move(pointer), fmt::format("must be {:g} to {:g}", static_cast<double>(least),
                                         static_cast<double>(most))});
}

/// A try-on that names no engine cannot know what a default one needs besides.
Result<> checkAlone(const std::string& name) {
    Job plain;
    plain.request.engine = name;
    const EngineRegistry engines;
    const auto* engine = engines.find(UsageAction::Tryon, name);
    return engine == nullptr ? Result<>{} : engine->check(plain);
}

Fields checkDefaults(const PromptDefaults& defaults, const PriceTable& prices) {
    Fields fields;
    if (defaults.engine) {
        const auto price = prices.perSample(UsageAction::Tryon, *defaults.engine);
        const auto usable = checkAlone(*defaults.engine);
        if (!price)
            fields.push_back({"/defaults/engine", price.error().detail});
        else if (!usable)
            fields.push_back({"/defaults/engine", "cannot be a default: " + usable.error().detail});
    }
    checkRange(fields, "/defaults/guidance", defaults.guidance, kLeastGuidance, kMostGuidance);
    checkRange(fields, "/defaults/steps", defaults.steps, kFewestSteps, kMostSteps);
    checkRange<std::int64_t>(fields, "/defaults/safetyTolerance", defaults.safety_tolerance, 0,
                             kLaxestSafety);
    if (defaults.output_format && !fromName<ImageFormat>(*defaults.output_format))
        fields.push_back({"/defaults/outputFormat", "must be jpeg, png or webp"});
    return fields;
}

Result<> verdict(ErrorCode code, Fields fields) {
    if (fields.empty()) return {};
    Error error{code, fields.front().pointer.substr(1) + ": " + fields.front().message};
    error.fields = std::move(fields);
    return failure(std::move(error));
}

}  // namespace

Result<> checkPrompt(const PromptConfig& prompt, const PriceTable& prices) {
    auto fields = checkTexts(prompt);
    const auto code = fields.empty() ? ErrorCode::ValidationFailed : ErrorCode::PromptInvalid;
    auto more = checkDefaults(prompt.defaults, prices);
    std::ranges::move(more, std::back_inserter(fields));
    return verdict(code, std::move(fields));
}

}  // namespace atelier
