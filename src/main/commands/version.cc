#include <iostream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "libraries.h"
#include "main/commands/commands.h"
#include "version.h"

namespace atelier {
namespace {

#if defined(__clang__)
constexpr auto kCompiler = "Clang " __clang_version__;
#else
constexpr auto kCompiler = "GCC " __VERSION__;
#endif

Result<int> run() {
    std::cout << fmt::format("atelier {} ({})\ncompiler: {}\nlibraries: {}\n", kVersion, kCommit,
                             kCompiler, kLibraries);
    return 0;
}

}  // namespace

void addVersionCommand(CLI::App& root, Command& chosen) {
    auto* command = root.add_subcommand("version", "Show version, commit, compiler and libraries");
    command->callback([&chosen] { chosen = run; });
}

}  // namespace atelier
