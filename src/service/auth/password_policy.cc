#include "service/auth/password_policy.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <unordered_set>

#include "service/auth/well_known_words.h"

namespace atelier {
namespace {

constexpr std::size_t kShortest = 10;
constexpr std::size_t kLongest = 128;

char plainLetter(char c) {
    switch (c) {
        case '@':
        case '4':
            return 'a';
        case '3':
            return 'e';
        case '1':
        case '!':
            return 'i';
        case '0':
            return 'o';
        case '5':
        case '$':
            return 's';
        case '7':
            return 't';
        default:
            return c;
    }
}

std::string lowerCase(std::string_view text) {
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

bool isLetter(char c) {
    return c >= 'a' && c <= 'z';
}

/// Without digits and signs at both ends.
std::string_view core(std::string_view text) {
    while (!text.empty() && !isLetter(text.front())) text.remove_prefix(1);
    while (!text.empty() && !isLetter(text.back())) text.remove_suffix(1);
    return text;
}

std::unordered_set<std::string_view> split(std::string_view text) {
    constexpr std::string_view kSpace = " \n";
    std::unordered_set<std::string_view> words;
    for (auto begin = text.find_first_not_of(kSpace); begin != text.npos;) {
        const auto end = std::min(text.find_first_of(kSpace, begin), text.size());
        words.insert(text.substr(begin, end - begin));
        begin = text.find_first_not_of(kSpace, end);
    }
    return words;
}

bool isListed(std::string_view word) {
    static const auto kWords = split(kWellKnownWords);
    return kWords.contains(word);
}

/// `abab…`: a piece of at most a third of the text, over and over.
bool isRepetition(std::string_view text) {
    for (std::size_t piece = 1; piece <= text.size() / 3; ++piece) {
        bool same = true;
        for (std::size_t i = piece; i < text.size() && same; ++i) same = text[i] == text[i - piece];
        if (same) return true;
    }
    return false;
}

/// `1234567890`, `abcdefghij`, `9876543210`.
bool isRun(std::string_view text) {
    const auto follows = [&](int step) {
        for (std::size_t i = 1; i < text.size(); ++i) {
            const bool wraps = text[i - 1] == '9' && text[i] == '0';
            if (text[i] != text[i - 1] + step && !(step == 1 && wraps)) return false;
        }
        return true;
    };
    return follows(1) || follows(-1);
}

/// How many bytes follow the first one of a character; -1 when no character begins so.
int followers(unsigned char lead) {
    if (lead < 0x80) return 0;
    if (lead < 0xc2 || lead >= 0xf5) return -1;
    if (lead < 0xe0) return 1;
    return lead < 0xf0 ? 2 : 3;
}

/// Characters, or nothing when `text` is not UTF-8.
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

}  // namespace

bool isWellKnownPassword(std::string_view password) {
    const auto lower = lowerCase(password);
    if (isRepetition(lower) || isRun(lower)) return true;
    if (isListed(lower) || isListed(core(lower))) return true;
    // `p4ssw0rd!`: the end is stripped before signs are read as letters, once with and once
    // without.
    std::string letters{lower};
    while (!letters.empty() && !isLetter(letters.back())) letters.pop_back();
    std::ranges::transform(letters, letters.begin(), plainLetter);
    return isListed(core(letters));
}

Result<> checkPassword(std::string_view password, std::string_view email,
                       std::string_view pointer) {
    const auto characters = countCharacters(password);
    if (!characters || *characters < kShortest || *characters > kLongest) {
        Error error{ErrorCode::ValidationFailed, "the password must have 10 to 128 characters"};
        error.fields = {{std::string{pointer}, "expected 10 to 128 characters"}};
        return failure(std::move(error));
    }
    const auto lower = lowerCase(password);
    if (isWellKnownPassword(password) || lower == email ||
        lower == email.substr(0, email.find('@'))) {
        return failure(ErrorCode::PasswordTooCommon,
                       "this password is among the first that attackers try");
    }
    return {};
}

}  // namespace atelier
