#include "http/config_view.h"

namespace atelier::http {
namespace {

bool saysAnything(const PromptDefaults& defaults) {
    return defaults.engine || defaults.guidance || defaults.steps || defaults.safety_tolerance ||
           defaults.output_format || defaults.attributes;
}

}  // namespace

PromptView viewOf(const PromptConfig& prompt) {
    PromptView view;
    view.domain = prompt.domain;
    view.prompt_text = prompt.prompt_text;
    if (!prompt.actions.empty()) view.actions = prompt.actions;
    if (saysAnything(prompt.defaults)) view.defaults = prompt.defaults;
    view.version = prompt.version;
    view.note = prompt.note;
    view.author = prompt.author;
    view.created_at = prompt.created_at;
    return view;
}

PreviewView viewOf(const RenderedPrompt& prompt) {
    return {prompt.text, prompt.warnings};
}

SceneView viewOf(const Scene& scene, const LinkSigner& links) {
    SceneView view;
    view.id = scene.id;
    view.name = scene.name;
    view.domain = scene.domain;
    view.prompt = scene.prompt;
    if (scene.picture) view.url = links.fileUrl(scene.picture->key);
    view.created_at = scene.created_at;
    return view;
}

}  // namespace atelier::http
