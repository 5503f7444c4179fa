#pragma once

#include "domain/pricing.h"
#include "service/prompts.h"

namespace atelier {

/// Checks templates and defaults, all of them. Errors: PromptInvalid (a template; with the position
/// in it), else ValidationFailed. The fields point into the body of POST /config/prompts.
Result<> checkPrompt(const PromptConfig& prompt, const PriceTable& prices);

}  // namespace atelier
