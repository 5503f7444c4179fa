#pragma once

#include "config/load_settings.h"

namespace atelier {

/// Checks what a service with these settings would need, prints one line per check (ok, warning or
/// failure, and how to fix it) or a JSON document, and returns 1 when any check failed. Opens the
/// store, so that the data folder is made when it is missing. Blocking: asks the provider, if there
/// is a key.
int runDoctor(const Result<LoadedSettings>& loaded, bool as_json);

}  // namespace atelier
