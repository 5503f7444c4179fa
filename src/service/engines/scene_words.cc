#include "service/engines/scene_words.h"

#include "domain/job.h"

namespace atelier {

PromptVariables sceneVariables(const JobRequest& request, bool later_step) {
    PromptVariables out;
    out.scene = request.scene.value_or(request.prompt.value_or(""));
    // What was said of a garment is no word about the place that follows.
    if (request.scene && !later_step) out.prompt = request.prompt.value_or("");
    return out;
}

std::string sceneInOneText(const JobRequest& request) {
    const auto words = sceneVariables(request, false);
    return words.prompt.empty() ? words.scene : words.scene + ". " + words.prompt;
}

}  // namespace atelier
