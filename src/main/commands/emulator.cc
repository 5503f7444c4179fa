#include <CLI/CLI.hpp>

#include "app/run.h"
#include "config/codec.h"
#include "main/commands/commands.h"

namespace atelier {

void addEmulatorCommand(CLI::App& root, Command& chosen) {
    auto flags = std::make_shared<EmulatorFlags>();
    auto listen = std::make_shared<std::string>(flags->listen.str());
    auto* command = root.add_subcommand("emulator", "Emulate the image provider");
    command->add_option("--listen", *listen, "Address and port to serve on")
        ->type_name("HOST:PORT")
        ->capture_default_str();
    command->add_option("--latency-ms", flags->latency_ms, "How long a picture takes")
        ->check(CLI::Range(0, 600'000))
        ->capture_default_str();
    command->add_option("--seed", flags->seed, "Seed of pictures that name none")
        ->capture_default_str();
    command->callback([&chosen, flags, listen] {
        chosen = [flags, listen]() -> Result<int> {
            const auto codec = config::listenAddress();
            const auto address = codec.parse(*listen);
            if (!address)
                return failure(ErrorCode::ValidationFailed, "--listen: expected " + codec.expected);
            flags->listen = *address;
            return runEmulator(*flags);
        };
    });
}

}  // namespace atelier
