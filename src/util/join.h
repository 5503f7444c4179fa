#pragma once

#include <span>
#include <string>
#include <string_view>

namespace atelier {

/// `words` with `separator` between them. (fmt::join does the same at the price of compiling fmt's
/// formatting of ranges wherever it is used.)
std::string join(std::span<const std::string> words, std::string_view separator);

}  // namespace atelier
