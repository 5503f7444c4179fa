#include "telemetry/scrub.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace atelier::log {
namespace {

constexpr std::size_t kLongest = 500;
/// Longer than any id or digest (64 hexadecimal characters) that is worth logging.
constexpr std::size_t kLongRun = 96;
constexpr std::string_view kRedacted = "[redacted]";

/// How our own secrets and the parts of a JWT begin.
constexpr std::array<std::string_view, 4> kSecretPrefixes{"atl_", "atr_", "whsec_", "eyJ"};

bool isWordCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view{"_-.+/=%@~"}.find(c) != std::string_view::npos;
}

bool isSecret(std::string_view word) {
    const auto at = word.find('@');
    if (at != std::string_view::npos && at > 0 && word.find('.', at) != std::string_view::npos)
        return true;
    // A path may contain a signed token: every part between slashes is looked at.
    while (!word.empty()) {
        const auto part = word.substr(0, word.find('/'));
        const auto begins = [&](std::string_view prefix) {
            return part.size() > prefix.size() + 8 && part.starts_with(prefix);
        };
        if (part.size() > kLongRun || std::ranges::any_of(kSecretPrefixes, begins)) return true;
        word.remove_prefix(std::min(word.size(), part.size() + 1));
    }
    return false;
}

bool isLongRun(std::string_view word) {
    return word.size() > kLongRun &&
           std::ranges::count(word, '/') < static_cast<std::ptrdiff_t>(word.size() / 16);
}

}  // namespace

std::string scrub(std::string_view text) {
    std::string clean;
    clean.reserve(std::min(text.size(), kLongest));
    while (!text.empty() && clean.size() < kLongest) {
        const auto end = std::ranges::find_if_not(text, isWordCharacter) - text.begin();
        const auto word = text.substr(0, static_cast<std::size_t>(end));
        clean += isLongRun(word) || isSecret(word) ? kRedacted : word;
        text.remove_prefix(word.size());
        if (text.empty()) break;
        clean += text.front();
        text.remove_prefix(1);
    }
    if (clean.size() > kLongest) clean.resize(kLongest);
    return clean;
}

bool isSensitiveKey(std::string_view key) {
    constexpr std::array<std::string_view, 12> kWords{
        "password",      "token",  "secret", "prompt", "email",     "image",
        "authorization", "cookie", "apikey", "hash",   "signature", "body"};
    std::string lower{key};
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::any_of(kWords,
                               [&](std::string_view word) { return lower.ends_with(word); });
}

}  // namespace atelier::log
