#include "app/accounts.h"
#include "main/commands/options.h"

namespace atelier {
namespace {

struct AuditOptions {
    SettingInputs inputs;
    std::optional<std::string> expected;
};

Result<int> verifyLog(const AuditOptions& options) {
    const auto settings = settingsOf(options.inputs);
    if (!settings) return failure(settings.error());
    return verifyAudit(*settings, options.expected);
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
        *audit, chosen, "verify", "Check that the lines of the log fit together; prints its head",
        [](CLI::App& command, AuditOptions& options) {
            command.add_option("--expect", options.expected,
                               "SEQ:HASH, a head printed earlier: that it still is in the log");
        },
        verifyLog);
    addSettingsCommand<AuditOptions>(
        *audit, chosen, "credits", "Check that users, jobs and ledger agree about all credits",
        [](CLI::App&, AuditOptions&) {}, verifyLedger);
}

}  // namespace atelier
