#include <iostream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/shared_queue.h"
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

Result<int> showVersion() {
    std::cout << fmt::format("atelier {} ({})\ncompiler: {}\nlibraries: {}\n", kVersion, kCommit,
                             kCompiler, kLibraries);
    std::cout << (builtInBullmq().empty()
                      ? "queue on Redis: not built in\n"
                      : fmt::format("queue on Redis: scripts of bullmq {}\n", builtInBullmq()));
    return 0;
}

/// Of what is copied into the program; libraries that it only links to come with their own.
Result<int> runLicences() {
    if (!builtInBullmq().empty())
        std::cout << fmt::format("bullmq {} (its Lua scripts)\n\n{}\n", builtInBullmq(),
                                 builtInBullmqLicence());
    return 0;
}

}  // namespace

void addVersionCommand(CLI::App& root, Command& chosen) {
    auto* command = root.add_subcommand("version", "Show version, commit, compiler and libraries");
    const auto licences = std::make_shared<bool>(false);
    command->add_flag("--licenses", *licences,
                      "Print the licences of what is copied into this program");
    command->callback([&chosen, licences] { chosen = *licences ? runLicences : showVersion; });
}

}  // namespace atelier
