#include <CLI/CLI.hpp>

#include "app/migrate.h"
#include "main/commands/commands.h"

namespace atelier {

void addMigrateCommand(CLI::App& root, Command& chosen) {
    auto flags = std::make_shared<MigrateFlags>();
    auto* command = root.add_subcommand("migrate",
                                        "Copy all documents to another database; run it again to "
                                        "go on with a copy that was cut off");
    command
        ->add_option("--from", flags->from,
                     "sqlite:FOLDER, mongodb://…, or mongodb for MONGODB_URI")
        ->type_name("STORE")
        ->required();
    command->add_option("--to", flags->to, "the same; must be empty")
        ->type_name("STORE")
        ->required();
    command->callback([&chosen, flags] { chosen = [flags] { return migrateStore(*flags); }; });
}

}  // namespace atelier
