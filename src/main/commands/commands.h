#pragma once

#include <functional>
#include <span>

#include "domain/error.h"

namespace CLI {  // NOLINT(readability-identifier-naming): of CLI11
class App;
}

namespace atelier {

/// What was asked for on the command line; returns the exit code. An error is printed as one
/// sentence.
using Command = std::function<Result<int>()>;

/// Adds one subcommand, which sets `chosen` when it is given.
using AddCommand = void (*)(CLI::App& root, Command& chosen);

void addServeCommand(CLI::App& root, Command& chosen);
void addWorkerCommand(CLI::App& root, Command& chosen);
void addEmulatorCommand(CLI::App& root, Command& chosen);
void addDemoCommand(CLI::App& root, Command& chosen);
void addUserCommand(CLI::App& root, Command& chosen);
void addAuditCommand(CLI::App& root, Command& chosen);
void addMigrateCommand(CLI::App& root, Command& chosen);
void addDoctorCommand(CLI::App& root, Command& chosen);
void addConfigCommand(CLI::App& root, Command& chosen);
void addVersionCommand(CLI::App& root, Command& chosen);

/// All subcommands, in the order of the help.
std::span<const AddCommand> commands();

}  // namespace atelier
