#include <iostream>

#include <fmt/format.h>

#include "main/commands/options.h"
#include "util/json.h"

namespace atelier {
namespace {

struct ConfigOptions {
    SettingInputs inputs;
    bool json = false;
};

void printTable(const std::vector<EffectiveSetting>& rows) {
    for (const auto& row : rows) {
        std::cout << fmt::format("{:<25} {:<32} {:<12} {}\n", row.name, row.value.value_or("-"),
                                 nameOf(row.source), row.description);
    }
}

Result<int> showConfig(const ConfigOptions& options) {
    const auto loaded = loadSettings(options.inputs);
    if (!loaded) return failure(loaded.error());
    const auto rows = effectiveSettings(*loaded);
    if (options.json)
        std::cout << json::write(rows) << '\n';
    else
        printTable(rows);
    return 0;
}

}  // namespace

void addConfigCommand(CLI::App& root, Command& chosen) {
    const auto define = [](CLI::App& command, ConfigOptions& options) {
        command.add_flag("--json", options.json, "As JSON");
    };
    addSettingsCommand<ConfigOptions>(root, chosen, "config",
                                      "Show the effective settings and where each comes from",
                                      define, showConfig);
}

}  // namespace atelier
