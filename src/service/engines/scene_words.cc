#include "service/engines/scene_words.h"

#include <algorithm>

#include "domain/job.h"

namespace atelier {
namespace {

PromptVariables sceneVariables(const JobRequest& request, bool later_step) {
    PromptVariables out;
    out.scene = request.scene.value_or(request.prompt.value_or(""));
    // What was said of a garment is no word about the place that follows.
    if (request.scene && !later_step) out.prompt = request.prompt.value_or("");
    return out;
}

std::string inOneText(const PromptVariables& words) {
    return words.prompt.empty() ? words.scene : words.scene + ". " + words.prompt;
}

}  // namespace

Result<RenderedPrompt> renderScene(std::string_view text, const JobRequest& request,
                                   bool later_step) {
    auto words = sceneVariables(request, later_step);
    const auto used = variablesIn(text);
    const bool takes_scene = std::ranges::find(used, "scene") != used.end();
    const bool takes_prompt = std::ranges::find(used, "prompt") != used.end();
    if (takes_scene != takes_prompt) (takes_scene ? words.scene : words.prompt) = inOneText(words);
    return renderTemplate(text, words);
}

std::string sceneInOneText(const JobRequest& request) {
    return inOneText(sceneVariables(request, false));
}

}  // namespace atelier
