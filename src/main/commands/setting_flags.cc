#include "main/commands/setting_flags.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "config/setting_table.h"

namespace atelier {

void addSettingFlags(CLI::App& command, SettingInputs& inputs) {
    const Settings defaults;
    command
        .add_option_function<std::string>(
            "--config", [&inputs](const std::string& file) { inputs.file = file; },
            "Settings file in TOML; default: atelier.toml, if there is one")
        ->type_name("FILE");
    for (const auto& setting : settingTable()) {
        const auto shown = setting.show(defaults);
        command
            .add_option_function<std::string>(
                setting.flag,
                [&inputs, name = setting.name](const std::string& value) {
                    inputs.flags[name] = value;
                },
                fmt::format("{}{} [{}]", setting.description,
                            shown.empty() ? "" : fmt::format(" Default: {}.", shown), setting.name))
            ->type_name(setting.type)
            ->group("Settings");
    }
}

}  // namespace atelier
