#pragma once

#include "config/settings.h"

namespace atelier {

/// Whether pictures can go to the provider as links: BFL_INPUT asks for it, and PUBLIC_URL is an
/// address that the provider can reach. A provider of the operator's own (BFL_BASE_URL, or the
/// built-in emulator) may be anywhere.
bool sendsLinks(const Settings& settings);

}  // namespace atelier
