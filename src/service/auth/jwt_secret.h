#pragma once

#include <filesystem>
#include <string>

#include "domain/error.h"

namespace atelier {

/// The key of access tokens of an embedded installation: made once, kept as `jwt-secret` (mode
/// 0600) in `data_dir`, which must exist. Of processes that start together one makes it and all use
/// that one. Blocking. Errors: NotReady (cannot be read or written; the cause says why),
/// ValidationFailed (the file is too short).
Result<std::string> loadOrMakeJwtSecret(const std::filesystem::path& data_dir);

}  // namespace atelier
