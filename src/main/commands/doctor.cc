#include "app/doctor.h"

#include "main/commands/options.h"

namespace atelier {
namespace {

struct Options {
    SettingInputs inputs;
    bool json = false;
};

Result<int> run(const Options& options) {
    return runDoctor(loadSettings(options.inputs), options.json);
}

}  // namespace

void addDoctorCommand(CLI::App& root, Command& chosen) {
    const auto define = [](CLI::App& command, Options& options) {
        command.add_flag("--json", options.json, "As JSON");
    };
    addSettingsCommand<Options>(root, chosen, "doctor",
                                "Check everything that a service would need", define, run);
}

}  // namespace atelier
