#include "main/commands/command_line.h"

#include <iostream>

#include <CLI/CLI.hpp>

#include "main/commands/commands.h"

namespace atelier {
namespace {

/// Of `atelier`: 0 done, 1 failed, 2 called in a wrong way.
constexpr int kFailed = 1;
constexpr int kMisused = 2;

}  // namespace

int runCommandLine(int argc, char** argv) {
    CLI::App root{"Atelier: virtual try-on and scene customisation", "atelier"};
    root.require_subcommand(1);
    Command chosen;
    for (const auto add : commands()) add(root, chosen);
    try {
        root.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return root.exit(help);
    } catch (const CLI::ParseError& error) {
        std::cerr << "atelier: " << error.what() << "; `atelier --help` shows what there is\n";
        return kMisused;
    }
    try {
        const auto done = chosen();
        if (done) return *done;
        std::cerr << "atelier: " << done.error().detail;
        if (!done.error().cause.empty()) std::cerr << " (" << done.error().cause << ")";
        std::cerr << '\n';
        return done.error().code == ErrorCode::ValidationFailed ? kMisused : kFailed;
    } catch (const std::exception& error) {
        std::cerr << "atelier: " << error.what() << '\n';
        return kFailed;
    }
}

}  // namespace atelier
