#include <CLI/CLI.hpp>

#include "app/demo/demo.h"
#include "main/commands/commands.h"

namespace atelier {

void addDemoCommand(CLI::App& root, Command& chosen) {
    auto options = std::make_shared<DemoOptions>();
    auto* command =
        root.add_subcommand("demo", "Try everything once: register, upload, mask, try-on, scene");
    command->add_option("--person", options->person, "Photo of a person; default: a drawn figure")
        ->type_name("FILE");
    command
        ->add_option("--garment", options->garment, "Photo of a garment; default: a drawn T-shirt")
        ->type_name("FILE");
    command->add_option("--category", options->category, "Category of the garment")
        ->capture_default_str();
    command->add_option("--engine", options->engine, "Engine of the try-on")->capture_default_str();
    command->add_option("--out", options->out, "Folder for the pictures; default: ./atelier-demo")
        ->type_name("DIR");
    command->callback(
        [&chosen, options] { chosen = [options]() -> Result<int> { return runDemo(*options); }; });
}

}  // namespace atelier
