#include "app/doctor.h"

#include "main/commands/options.h"

namespace atelier {
namespace {

struct DoctorOptions {
    SettingInputs inputs;
    bool json = false;
};

Result<int> diagnose(const DoctorOptions& options) {
    return runDoctor(loadSettings(options.inputs), options.json);
}

}  // namespace

void addDoctorCommand(CLI::App& root, Command& chosen) {
    const auto define = [](CLI::App& command, DoctorOptions& options) {
        command.add_flag("--json", options.json, "As JSON");
    };
    addSettingsCommand<DoctorOptions>(
        root, chosen, "doctor", "Check everything that a service would need", define, diagnose);
}

}  // namespace atelier
