#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "domain/error.h"

namespace atelier::config {

struct TomlValue {
    std::string text;    ///< in the syntax of config/codec.h; arrays and tables joined with commas
    std::string origin;  ///< `bfl.max_active in atelier.toml, line 3`
};
/// By key of the setting table.
using TomlValues = std::map<std::string, TomlValue, std::less<>>;

/// Reads a settings file. Errors: ValidationFailed (unreadable, not TOML, or a key that no setting
/// has; the nearest known key is named).
Result<TomlValues> readToml(const std::filesystem::path& file);

}  // namespace atelier::config
