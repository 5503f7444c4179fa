#include "app/accounts.h"
#include "main/commands/options.h"

namespace atelier {
namespace {

struct Options {
    SettingInputs inputs;
};

Result<int> verifyLog(const Options& options) {
    const auto settings = settingsOf(options.inputs);
    if (!settings) return failure(settings.error());
    return verifyAudit(*settings);
}

Result<int> verifyLedger(const Options& options) {
    const auto settings = settingsOf(options.inputs);
    if (!settings) return failure(settings.error());
    return verifyCredits(*settings);
}

}  // namespace

void addAuditCommand(CLI::App& root, Command& chosen) {
    auto* audit = root.add_subcommand("audit", "Prove the audit log and the credits");
    audit->require_subcommand(1);
    addSettingsCommand<Options>(
        *audit, chosen, "verify", "Check that no line was changed or removed",
        [](CLI::App&, Options&) {}, verifyLog);
    addSettingsCommand<Options>(
        *audit, chosen, "credits", "Check that every credit granted is left, held or settled",
        [](CLI::App&, Options&) {}, verifyLedger);
}

}  // namespace atelier
