#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "util/names.h"

/// How setting values are written. One syntax for all sources: what a flag and a variable carry,
/// and what a TOML value is turned into.
namespace atelier::config {

template <class T>
struct Codec {
    std::string type;      ///< one word for tables: `duration`
    std::string unit;      ///< of a plain number, and of the range; may be empty
    std::string expected;  ///< completes "expected …"
    std::function<std::optional<T>(std::string_view)> parse;  ///< empty: not what was expected
    std::function<std::string(const T&)> show;                ///< "" when there is no value
};

Codec<std::int64_t> wholeNumber(std::int64_t min, std::int64_t max, std::string unit);
/// `20MiB`, `20MB`, `1048576`.
Codec<std::int64_t> byteCount(std::int64_t min, std::int64_t max);
/// `50MP`, `50000000`.
Codec<std::int64_t> pixelCount(std::int64_t min, std::int64_t max);
/// `15m`, `1h30m`, `30d`, plain seconds.
Codec<Seconds> duration(Seconds min, Seconds max);
/// `on`, `off`; also true, false, yes, no, 1, 0.
Codec<bool> onOff();
Codec<std::filesystem::path> folder();
/// `host:port`, `[::1]:port` or a port alone.
Codec<ListenAddress> listenAddress();
Codec<std::optional<ListenAddress>> optionalListenAddress();
/// Visible characters, at least `min_length`.
Codec<std::string> text(std::string expected);
Codec<std::optional<std::string>> optionalText(std::string expected, std::size_t min_length = 1);
/// An absolute URL with one of `schemes`; shown without its password.
Codec<std::optional<std::string>> optionalUrl(std::initializer_list<std::string_view> schemes);
/// Comma-separated; an item is refused by `valid`.
Codec<std::vector<std::string>> list(std::string expected, bool (*valid)(std::string_view));
/// `tryon.fill=5,scene=6`; whether there is such an engine is not checked.
Codec<std::vector<PriceChange>> prices();
bool isOrigin(std::string_view text);
bool isAddressBlock(std::string_view text);

template <DescribedEnum E>
Codec<E> choice() {
    std::string names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
        if (!names.empty()) names += ", ";
        names += atelier::nameOf(static_cast<E>(d.value));
    });
    return {"choice", "", "one of " + names,
            [](std::string_view word) { return fromName<E>(word); },
            [](const E& value) { return std::string{atelier::nameOf(value)}; }};
}

}  // namespace atelier::config
