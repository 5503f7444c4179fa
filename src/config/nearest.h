#pragma once

#include <string_view>
#include <vector>

namespace atelier::config {

/// The word that takes the fewest edits (Levenshtein) to become `wrong`; empty when all need more
/// than half its length.
std::string_view nearest(std::string_view wrong, const std::vector<std::string_view>& words);

}  // namespace atelier::config
