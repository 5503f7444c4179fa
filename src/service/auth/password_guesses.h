#pragma once

#include <string_view>

namespace atelier {

/// About how many bits a guesser must go through who tries first what people choose: words, runs,
/// ways over the keyboard, years and repetitions of them, one after the other. `text` in lower
/// case, at most 64 bytes.
double guessBits(std::string_view text);

}  // namespace atelier
