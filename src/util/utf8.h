#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace atelier {

/// Characters (code points), or nothing when `text` is not UTF-8.
std::optional<std::size_t> countCharacters(std::string_view text);

}  // namespace atelier
