#include <array>

#include <fmt/format.h>

#include "config/codec.h"
#include "config/scan.h"

namespace atelier::config {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor;
};

template <std::size_t N>
std::optional<std::int64_t> takeUnit(std::string_view& text, const std::array<Unit, N>& units) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    for (const auto& unit : units) {
        if (!text.starts_with(unit.name)) continue;
        text.remove_prefix(unit.name.size());
        return unit.factor;
    }
    return std::nullopt;
}

/// A plain number, or numbers with units, which add up: `1h30m`.
template <std::size_t N>
std::optional<std::int64_t> parseQuantity(std::string_view text, const std::array<Unit, N>& units) {
    auto sum = takeNumber(text);
    if (!sum || text.empty()) return sum;
    const auto first = takeUnit(text, units);
    if (!first || __builtin_mul_overflow(*sum, *first, &*sum)) return std::nullopt;
    while (!text.empty()) {
        const auto number = takeNumber(text);
        const auto factor = takeUnit(text, units);
        std::int64_t part = 0;
        if (!number || !factor || __builtin_mul_overflow(*number, *factor, &part) ||
            __builtin_add_overflow(*sum, part, &*sum)) {
            return std::nullopt;
        }
    }
    return sum;
}

/// In the largest unit of `units` (largest first) that divides it.
template <std::size_t N>
std::string showQuantity(std::int64_t value, const std::array<Unit, N>& units) {
    for (const auto& unit : units) {
        if (value != 0 && value % unit.factor == 0)
            return fmt::format("{}{}", value / unit.factor, unit.name);
    }
    return fmt::format("{}", value);
}

constexpr std::array<Unit, 5> kTimeUnits{
    {{"d", 86'400}, {"h", 3'600}, {"min", 60}, {"m", 60}, {"s", 1}}};
constexpr std::array<Unit, 4> kShownTimeUnits{{{"d", 86'400}, {"h", 3'600}, {"m", 60}, {"s", 1}}};
constexpr std::array<Unit, 10> kSizeUnits{{{"GiB", 1LL << 30},
                                           {"MiB", 1LL << 20},
                                           {"KiB", 1LL << 10},
                                           {"GB", 1'000'000'000},
                                           {"MB", 1'000'000},
                                           {"kB", 1'000},
                                           {"G", 1LL << 30},
                                           {"M", 1LL << 20},
                                           {"K", 1LL << 10},
                                           {"B", 1}}};
constexpr std::array<Unit, 3> kShownSizeUnits{
    {{"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}}};
constexpr std::array<Unit, 2> kPixelUnits{{{"MP", 1'000'000}, {"M", 1'000'000}}};
constexpr std::array<Unit, 1> kShownPixelUnits{{{"MP", 1'000'000}}};

struct Kind {
    std::string type, unit;
    std::string_view article, example;
};

template <std::size_t N, std::size_t M>
Codec<std::int64_t> quantity(Kind kind, std::int64_t min, std::int64_t max,
                             const std::array<Unit, N>& units, const std::array<Unit, M>& shown) {
    auto expected = fmt::format("{} such as {}, from {} to {}", kind.article, kind.example,
                                showQuantity(min, shown), showQuantity(max, shown));
    return {std::move(kind.type), std::move(kind.unit), std::move(expected),
            [=, &units](std::string_view word) -> std::optional<std::int64_t> {
                const auto value = parseQuantity(word, units);
                return value && *value >= min && *value <= max ? value : std::nullopt;
            },
            [&shown](const std::int64_t& value) { return showQuantity(value, shown); }};
}

}  // namespace

Codec<std::int64_t> wholeNumber(std::int64_t min, std::int64_t max, std::string unit) {
    auto expected = fmt::format("a whole number from {} to {}", min, max);
    return {"number", std::move(unit), std::move(expected),
            [=](std::string_view word) -> std::optional<std::int64_t> {
                const auto value = takeNumber(word);
                return value && word.empty() && *value >= min && *value <= max ? value
                                                                               : std::nullopt;
            },
            [](const std::int64_t& value) { return fmt::format("{}", value); }};
}

Codec<std::int64_t> byteCount(std::int64_t min, std::int64_t max) {
    return quantity({"size", "bytes", "a size", "20MiB"}, min, max, kSizeUnits, kShownSizeUnits);
}

Codec<std::int64_t> pixelCount(std::int64_t min, std::int64_t max) {
    return quantity({"pixels", "pixels", "a number of pixels", "50MP"}, min, max, kPixelUnits,
                    kShownPixelUnits);
}

Codec<Seconds> duration(Seconds min, Seconds max) {
    auto expected = fmt::format("a duration such as 90, 15m or 30d, from {} to {}",
                                showQuantity(min.count(), kShownTimeUnits),
                                showQuantity(max.count(), kShownTimeUnits));
    return {"duration", "seconds", std::move(expected),
            [=](std::string_view word) -> std::optional<Seconds> {
                const auto value = parseQuantity(word, kTimeUnits);
                if (!value || *value < min.count() || *value > max.count()) return std::nullopt;
                return Seconds{*value};
            },
            [](const Seconds& value) { return showQuantity(value.count(), kShownTimeUnits); }};
}

}  // namespace atelier::config
