#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "config/settings.h"
#include "domain/error.h"

namespace atelier {

enum class SettingSource { Default, File, Environment, Flag };
BOOST_DESCRIBE_ENUM(SettingSource, Default, File, Environment, Flag)

/// Values given to flags: setting name → text.
using FlagValues = std::map<std::string, std::string>;

/// Where values are looked for; each source overrides those before it.
struct SettingInputs {
    /// Must exist; absent: atelier.toml, if there is one.
    std::optional<std::filesystem::path> file;
    std::function<std::optional<std::string>(const std::string&)> environment;
    FlagValues flags;
};

/// A variable of the process; an empty one counts as absent.
std::optional<std::string> processEnvironment(const std::string& name);

struct LoadedSettings {
    Settings settings;
    std::map<std::string, SettingSource> sources;  ///< by setting name; defaults are not listed
};

/// Reads all sources and checks what belongs together. Blocking.
/// Errors: ValidationFailed, whose detail is one sentence: which setting, where its value came
/// from, what was expected. An unknown key in the file is refused with the nearest known one.
Result<LoadedSettings> loadSettings(const SettingInputs& inputs);

/// One line of `atelier config`; secrets are replaced.
struct EffectiveSetting {
    std::string name;
    std::string flag;
    std::string key;
    std::optional<std::string> value;
    SettingSource source = SettingSource::Default;
    std::string type;
    std::string unit;
    std::string expected;
    std::string description;
    bool secret = false;
};
BOOST_DESCRIBE_STRUCT(EffectiveSetting, (),
                      (name, flag, key, value, source, type, unit, expected, description, secret))

std::vector<EffectiveSetting> effectiveSettings(const LoadedSettings& loaded);

}  // namespace atelier
