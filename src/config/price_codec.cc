#include <fmt/format.h>

#include "config/codec.h"
#include "config/scan.h"
#include "util/join.h"

namespace atelier::config {
namespace {

constexpr Credits kMostCredits = 10'000;

std::string_view stripped(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

/// `tryon.fill=5`, `scene=6`. The engine may be any word here: the table of prices knows them.
std::optional<PriceChange> readPrice(std::string_view word) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto name = stripped(word.substr(0, equals));
    auto number = stripped(word.substr(equals + 1));
    const auto dot = name.find('.');
    const auto action = fromName<UsageAction>(name.substr(0, dot));
    const auto credits = takeNumber(number);
    if (!action || *action == UsageAction::Grant || !credits || !number.empty() ||
        *credits > kMostCredits || name.ends_with('.'))
        return std::nullopt;
    const auto engine = dot == std::string_view::npos ? "" : name.substr(dot + 1);
    return PriceChange{*action, std::string{engine}, *credits};
}

std::string showPrice(const PriceChange& price) {
    const auto* dot = price.engine.empty() ? "" : ".";
    return fmt::format("{}{}{}={}", nameOf(price.action), dot, price.engine,
                       price.credits_per_sample);
}

}  // namespace

Codec<std::vector<PriceChange>> prices() {
    using Value = std::vector<PriceChange>;
    return {"prices", "credits",
            fmt::format("ACTION.ENGINE=CREDITS or ACTION=CREDITS, such as tryon.fill=5,scene=6, "
                        "from 0 to {}",
                        kMostCredits),
            [](std::string_view words) -> std::optional<Value> {
                Value out;
                while (!words.empty()) {
                    const auto word = words.substr(0, words.find(','));
                    words.remove_prefix(std::min(words.size(), word.size() + 1));
                    auto price = readPrice(word);
                    if (!price) return std::nullopt;
                    out.push_back(std::move(*price));
                }
                return out;
            },
            [](const Value& value) {
                std::vector<std::string> words;
                for (const auto& price : value) words.push_back(showPrice(price));
                return join(words, ",");
            }};
}

}  // namespace atelier::config
