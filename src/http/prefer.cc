#include "http/prefer.h"

#include "http/text.h"

namespace atelier::http {

std::optional<Seconds> parsePreferWait(std::string_view header) {
    while (!header.empty()) {
        auto preference = cut(header, ',');
        preference = cut(preference, ';');
        const auto name = lowered(cut(preference, '='));
        if (name != "wait") continue;
        const auto seconds = digits(trimmed(preference), 60);
        if (!seconds || *seconds == 0) return std::nullopt;
        return Seconds{*seconds};
    }
    return std::nullopt;
}

}  // namespace atelier::http
