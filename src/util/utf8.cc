#include "util/utf8.h"

namespace atelier {
namespace {

/// How many bytes follow the first one of a character; -1 when no character begins so.
int followers(unsigned char lead) {
    if (lead < 0x80) return 0;
    if (lead < 0xc2 || lead >= 0xf5) return -1;
    if (lead < 0xe0) return 1;
    return lead < 0xf0 ? 2 : 3;
}

}  // namespace

std::optional<std::size_t> countCharacters(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++count) {
        const auto lead = static_cast<unsigned char>(text[i++]);
        const int more = followers(lead);
        if (more < 0) return std::nullopt;
        for (int k = 0; k < more; ++k, ++i) {
            if (i >= text.size() || (static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80)
                return std::nullopt;
        }
    }
    return count;
}

}  // namespace atelier
