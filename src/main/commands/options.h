#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "main/commands/commands.h"
#include "main/commands/setting_flags.h"

namespace atelier {

/// Adds the subcommand `name`, whose `Options` (made here, kept until it has run) have a member
/// `SettingInputs inputs` that the flags of all settings fill. `define` adds flags of its own.
template <class Options, class Define>
void addSettingsCommand(CLI::App& parent, Command& chosen, const std::string& name,
                        const std::string& help, Define define,
                        Result<int> (*run)(const Options&)) {
    auto options = std::make_shared<Options>();
    options->inputs.environment = processEnvironment;
    auto* command = parent.add_subcommand(name, help);
    define(*command, *options);
    addSettingFlags(*command, options->inputs);
    command->callback([&chosen, options, run] {
        chosen = [options, run] {
            umask(0077);  // the data folder holds photos, password hashes and keys
            return run(*options);
        };
    });
}

/// The settings that `inputs` lead to.
inline Result<Settings> settingsOf(const SettingInputs& inputs) {
    auto loaded = loadSettings(inputs);
    if (!loaded) return failure(std::move(loaded.error()));
    return std::move(loaded->settings);
}

}  // namespace atelier
