#pragma once

#include <string>
#include <string_view>

#include "service/prompts.h"

namespace atelier {

struct JobRequest;

/// What a request says of a place, in a domain's template: the preset, or else the client's words,
/// are the scene; words beside a preset, or those of the job's first step, add to it. A template
/// with room for only one of both gets everything there, so that nothing said is lost.
/// Errors: as renderTemplate.
Result<RenderedPrompt> renderScene(std::string_view text, const JobRequest& request,
                                   bool later_step);

/// The same in one text, for pictures from nothing.
std::string sceneInOneText(const JobRequest& request);

}  // namespace atelier
