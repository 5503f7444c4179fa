#include "http/text.h"

#include <algorithm>
#include <charconv>

namespace atelier::http {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lowered(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return out;
}

std::string_view cut(std::string_view& rest, char separator) {
    const auto at = rest.find(separator);
    const auto part = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    return trimmed(part);
}

std::optional<std::int64_t> digits(std::string_view text, std::int64_t most) {
    if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value > most) return std::nullopt;
    return value;
}

namespace {

/// Length of the sequence that starts with `lead` and the allowed range of its second byte; length
/// 0: no such lead.
struct Sequence {
    std::size_t length;
    unsigned char low, high;
};

Sequence sequenceOf(unsigned char lead) {
    if (lead < 0x80) return {1, 0x80, 0xBF};
    if (lead >= 0xC2 && lead <= 0xDF) return {2, 0x80, 0xBF};
    if (lead == 0xE0) return {3, 0xA0, 0xBF};
    if (lead == 0xED) return {3, 0x80, 0x9F};
    if (lead >= 0xE1 && lead <= 0xEF) return {3, 0x80, 0xBF};
    if (lead == 0xF0) return {4, 0x90, 0xBF};
    if (lead >= 0xF1 && lead <= 0xF3) return {4, 0x80, 0xBF};
    if (lead == 0xF4) return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

}  // namespace

bool isUtf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto sequence = sequenceOf(static_cast<unsigned char>(text[at]));
        if (sequence.length == 0 || at + sequence.length > text.size()) return false;
        for (std::size_t i = 1; i < sequence.length; ++i) {
            const auto byte = static_cast<unsigned char>(text[at + i]);
            const bool second = i == 1;
            if (byte < (second ? sequence.low : 0x80) || byte > (second ? sequence.high : 0xBF))
                return false;
        }
        at += sequence.length;
    }
    return true;
}

}  // namespace atelier::http
