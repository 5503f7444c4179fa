#include "util/join.h"

namespace atelier {

std::string join(std::span<const std::string> words, std::string_view separator) {
    std::string joined;
    for (const auto& word : words) {
        if (&word != &words.front()) joined += separator;
        joined += word;
    }
    return joined;
}

}  // namespace atelier
