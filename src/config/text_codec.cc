#include <arpa/inet.h>

#include <array>

#include <fmt/format.h>

#include "config/codec.h"
#include "config/scan.h"
#include "util/join.h"

namespace atelier {

std::string ListenAddress::str() const {
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                               : fmt::format("[{}]:{}", host, port);
}

namespace config {
namespace {

std::string withoutPassword(std::string_view url) {
    const auto authority = url.find("://") + 3;
    const auto at = url.substr(0, url.find_first_of("/?#", authority)).rfind('@');
    if (at == std::string_view::npos) return std::string{url};
    const auto colon = url.substr(0, at).find(':', authority);
    if (colon == std::string_view::npos) return std::string{url};
    return fmt::format("{}:***{}", url.substr(0, colon), url.substr(at));
}

}  // namespace

Codec<bool> onOff() {
    return {"switch", "", "on or off",
            [](std::string_view word) -> std::optional<bool> {
                for (const auto yes : {"on", "true", "yes", "1"})
                    if (word == yes) return true;
                for (const auto no : {"off", "false", "no", "0"})
                    if (word == no) return false;
                return std::nullopt;
            },
            [](const bool& value) -> std::string { return value ? "on" : "off"; }};
}

Codec<std::filesystem::path> folder() {
    return {"folder", "", "the path of a folder",
            [](std::string_view word) -> std::optional<std::filesystem::path> {
                if (word.empty()) return std::nullopt;
                return std::filesystem::path{word};
            },
            [](const std::filesystem::path& value) { return value.string(); }};
}

Codec<ListenAddress> listenAddress() {
    return {"address", "", "HOST:PORT such as 127.0.0.1:8080",
            [](std::string_view word) -> std::optional<ListenAddress> {
                ListenAddress address;
                if (const auto colon = word.rfind(':'); colon != std::string_view::npos) {
                    auto host = word.substr(0, colon);
                    if (host.starts_with('[') && host.ends_with(']'))
                        host = host.substr(1, host.size() - 2);
                    else if (host.find(':') != std::string_view::npos)
                        return std::nullopt;
                    if (host.empty() || !isVisible(host)) return std::nullopt;
                    address.host = host;
                    word.remove_prefix(colon + 1);
                }
                const auto port = takeNumber(word);
                if (!port || !word.empty() || *port > 65'535) return std::nullopt;
                address.port = static_cast<std::uint16_t>(*port);
                return address;
            },
            [](const ListenAddress& value) { return value.str(); }};
}

Codec<std::optional<ListenAddress>> optionalListenAddress() {
    auto plain = listenAddress();
    return {plain.type, plain.unit, plain.expected,
            [parse = plain.parse](
                std::string_view word) -> std::optional<std::optional<ListenAddress>> {
                const auto address = parse(word);
                if (!address) return std::nullopt;
                return std::optional{address};
            },
            [](const std::optional<ListenAddress>& value) { return value ? value->str() : ""; }};
}

Codec<std::string> text(std::string expected) {
    return {"text", "", std::move(expected),
            [](std::string_view word) -> std::optional<std::string> {
                if (word.empty() || !isVisible(word)) return std::nullopt;
                return std::string{word};
            },
            [](const std::string& value) { return value; }};
}

Codec<std::optional<std::string>> optionalText(std::string expected, std::size_t min_length) {
    using Value = std::optional<std::string>;
    return {"text", "", std::move(expected),
            [=](std::string_view word) -> std::optional<Value> {
                if (word.size() < min_length || !isVisible(word)) return std::nullopt;
                return Value{std::string{word}};
            },
            [](const Value& value) { return value.value_or(""); }};
}

Codec<std::optional<std::string>> optionalUrl(std::initializer_list<std::string_view> schemes) {
    using Value = std::optional<std::string>;
    std::vector<std::string> prefixes;
    std::string expected;
    for (const auto scheme : schemes) {
        prefixes.push_back(fmt::format("{}://", scheme));
        expected += (expected.empty() ? "a URL that begins with " : " or ") + prefixes.back();
    }
    return {
        "url", "", std::move(expected),
        [prefixes](std::string_view word) -> std::optional<Value> {
            for (const auto& prefix : prefixes) {
                if (word.starts_with(prefix) && word.size() > prefix.size() && isVisible(word)) {
                    while (word.ends_with('/')) word.remove_suffix(1);
                    return Value{std::string{word}};
                }
            }
            return std::nullopt;
        },
        [](const Value& value) { return value ? withoutPassword(*value) : std::string{}; }};
}

Codec<std::vector<std::string>> list(std::string expected, bool (*valid)(std::string_view)) {
    using Value = std::vector<std::string>;
    return {"list", "", std::move(expected),
            [valid](std::string_view words) -> std::optional<Value> {
                Value items;
                while (!words.empty()) {
                    auto word = words.substr(0, words.find(','));
                    words.remove_prefix(std::min(words.size(), word.size() + 1));
                    while (word.starts_with(' ')) word.remove_prefix(1);
                    while (word.ends_with(' ')) word.remove_suffix(1);
                    if (!valid(word)) return std::nullopt;
                    items.emplace_back(word);
                }
                return items;
            },
            [](const Value& value) { return join(value, ","); }};
}

bool isOrigin(std::string_view text) {
    if (text == "*") return true;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (text.starts_with(scheme)) {
            const auto host = text.substr(scheme.size());
            return !host.empty() && isVisible(host) &&
                   host.find_first_of("/?#@") == std::string_view::npos;
        }
    }
    return false;
}

bool isAddressBlock(std::string_view text) {
    const auto slash = text.find('/');
    const std::string address{text.substr(0, slash)};
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    const bool v4 = inet_pton(AF_INET, address.c_str(), bytes.data()) == 1;
    if (!v4 && inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return false;
    if (slash == std::string_view::npos) return true;
    auto length = text.substr(slash + 1);
    const auto bits = takeNumber(length);
    return bits && length.empty() && *bits <= (v4 ? 32 : 128);
}

}  // namespace config
}  // namespace atelier
