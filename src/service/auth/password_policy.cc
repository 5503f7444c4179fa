#include "service/auth/password_policy.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "service/auth/password_guesses.h"
#include "util/utf8.h"

namespace atelier {
namespace {

constexpr std::size_t kShortest = 10;
constexpr std::size_t kLongest = 128;
/// Two common words, or one with a year and a sign, are not enough; ten digits by chance are.
constexpr double kWellKnownBits = 27;
constexpr std::size_t kLongestGuessed = 64;

std::string lowerCase(std::string_view text) {
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
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

}  // namespace

bool isWellKnownPassword(std::string_view password) {
    const auto lower = lowerCase(password);
    if (isRepetition(lower)) return true;
    return lower.size() <= kLongestGuessed && guessBits(lower) < kWellKnownBits;
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
