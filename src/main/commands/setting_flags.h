#pragma once

#include "config/load_settings.h"

namespace CLI {  // NOLINT(readability-identifier-naming): of CLI11
class App;
}

namespace atelier {

/// Gives `command` one flag per setting, named and described by the table, and `--config FILE`.
/// What is given on the command line lands in `inputs`, which must outlive the parsing.
void addSettingFlags(CLI::App& command, SettingInputs& inputs);

}  // namespace atelier
