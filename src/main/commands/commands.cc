#include "main/commands/commands.h"

#include <array>

namespace atelier {

std::span<const AddCommand> commands() {
    static constexpr std::array<AddCommand, 10> kAll{
        addServeCommand,  addWorkerCommand, addEmulatorCommand, addDemoCommand,
        addUserCommand,   addAuditCommand,  addMigrateCommand,  addDoctorCommand,
        addConfigCommand, addVersionCommand};
    return kAll;
}

}  // namespace atelier
