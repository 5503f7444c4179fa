#include "app/accounts.h"
#include "main/commands/options.h"

namespace atelier {
namespace {

struct AuditOptions {
    SettingInputs inputs;
};

Result<int> verifyLog(const AuditOptions& options) {
    const auto settings = settingsOf(options.inputs);
    if (!settings) return failure(settings.error());
    return verifyAudit(*settings);
}

Result<int> verifyLedger(const AuditOptions& options) {
    const auto settings = settingsOf(options.inputs);
    if (!settings) return failure(settings.error());
    return verifyCredits(*settings);
}

}  // namespace

void addAuditCommand(CLI::App& root, Command& chosen) {
    auto* audit = root.add_subcommand("audit", "Prove the audit log and the credits");
    audit->require_subcommand(1);
    addSettingsCommand<AuditOptions>(
        *audit, chosen, "verify", "Check that no line was changed or removed",
        [](CLI::App&, AuditOptions&) {}, verifyLog);
    addSettingsCommand<AuditOptions>(
        *audit, chosen, "credits", "Check that every credit granted is left, held or settled",
        [](CLI::App&, AuditOptions&) {}, verifyLedger);
}

}  // namespace atelier
