#include "main/commands/commands.h"

#include <array>

namespace atelier {

std::span<const AddCommand> commands() {
    static constexpr std::array<AddCommand, 2> all{addConfigCommand, addVersionCommand};
    return all;
}

}  // namespace atelier
