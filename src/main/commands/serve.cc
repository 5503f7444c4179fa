#include "app/run.h"
#include "main/commands/options.h"

namespace atelier {
namespace {

struct ServeOptions {
    SettingInputs inputs;
    bool no_worker = false;
};

Result<int> serve(const ServeOptions& options) {
    const auto settings = settingsOf(options.inputs);
    if (!settings) return failure(settings.error());
    return runServe(*settings, !options.no_worker);
}

Result<int> work(const ServeOptions& options) {
    auto inputs = options.inputs;
    // A worker serves nothing but its health, so this is what its --listen means.
    if (const auto listen = inputs.flags.find("ATELIER_LISTEN"); listen != inputs.flags.end())
        inputs.flags["WORKER_LISTEN"] = listen->second;
    const auto settings = settingsOf(inputs);
    if (!settings) return failure(settings.error());
    return runWorker(*settings);
}

}  // namespace

void addServeCommand(CLI::App& root, Command& chosen) {
    const auto define = [](CLI::App& command, ServeOptions& options) {
        command.add_flag("--no-worker", options.no_worker,
                         "Only the API: jobs are worked on by `atelier worker`");
    };
    addSettingsCommand<ServeOptions>(
        root, chosen, "serve", "Serve the API and the studio, and work on jobs", define, serve);
}

void addWorkerCommand(CLI::App& root, Command& chosen) {
    addSettingsCommand<ServeOptions>(
        root, chosen, "worker", "Only work on jobs", [](CLI::App&, ServeOptions&) {}, work);
}

}  // namespace atelier
