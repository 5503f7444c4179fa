#include "app/accounts.h"
#include "main/commands/options.h"

namespace atelier {
namespace {

struct Options {
    SettingInputs inputs;
};

Result<int> verify(const Options& options) {
    const auto settings = settingsOf(options.inputs);
    if (!settings) return failure(settings.error());
    return verifyAudit(*settings);
}

}  // namespace

void addAuditCommand(CLI::App& root, Command& chosen) {
    auto* audit = root.add_subcommand("audit", "Prove the audit log");
    audit->require_subcommand(1);
    addSettingsCommand<Options>(*audit, chosen, "verify", "Check that no line was changed or removed", [](CLI::App&, Options&) {},
                                verify);
}

}  // namespace atelier
