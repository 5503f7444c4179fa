#pragma once

#include "service/prompts.h"

namespace atelier {

struct JobRequest;

/// What a request says of a place, for a domain's template: the preset, or else the client's
/// words, are the scene; words beside a preset, or those of the job's first step, add to it.
PromptVariables sceneVariables(const JobRequest& request, bool later_step);

/// The same in one text, for pictures from nothing.
std::string sceneInOneText(const JobRequest& request);

}  // namespace atelier
