#include "service/auth/password_guesses.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "service/auth/well_known_words.h"

namespace atelier {
namespace {

// Base-2 logarithms of how many there are of each kind.
constexpr double kWordBits = 11;
constexpr double kDisguiseBits = 1;
constexpr double kPatternBits = 5;
constexpr double kTurnBits = 1;
constexpr double kYearBits = 6.6;
constexpr double kAgainBits = 4;
constexpr double kDoublingBits = 2;
constexpr double kDigitBits = 3.3;
constexpr double kLetterBits = 4.7;
constexpr double kOtherBits = 5;

constexpr std::size_t kShortestPattern = 3;
constexpr std::size_t kShortestWord = 3;
constexpr std::size_t kLongestWord = 25;
constexpr int kLongestStep = 2;

constexpr std::array<std::string_view, 4> kKeyRows{"1234567890", "qwertyuiop", "asdfghjkl",
                                                   "zxcvbnm"};
constexpr std::string_view kKeypadLines = "147 258 369 159 357 741 852 963 951 753";

struct Key {
    int row, column;
};

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isAsciiLetter(char c) {
    return c >= 'a' && c <= 'z';
}

double bitsOf(char c) {
    if (isDigit(c)) return kDigitBits;
    return isAsciiLetter(c) ? kLetterBits : kOtherBits;
}

char plainLetter(char c) {
    constexpr std::string_view kSigns = "@431!05$7", kLetters = "aaeiiosst";
    const auto at = kSigns.find(c);
    return at == kSigns.npos ? c : kLetters[at];
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

std::optional<Key> keyOf(char c) {
    for (std::size_t row = 0; row < kKeyRows.size(); ++row) {
        const auto column = kKeyRows.at(row).find(c);
        if (column != std::string_view::npos)
            return Key{static_cast<int>(row), static_cast<int>(column)};
    }
    return std::nullopt;
}

/// Which way it is from one key to the next; empty when they do not touch. Each row is half a key
/// to the right of the one above.
std::optional<std::pair<int, int>> wayBetween(char from, char to) {
    const auto a = keyOf(from), b = keyOf(to);
    if (!a || !b) return std::nullopt;
    const int down = b->row - a->row, right = b->column - a->column;
    const bool beside = down == 0 && std::abs(right) == 1;
    const bool below = down == 1 && (right == 0 || right == -1);
    const bool above = down == -1 && (right == 0 || right == 1);
    if (!beside && !below && !above) return std::nullopt;
    return std::pair{down, right};
}

/// From one character to the next, 9 being followed by 0; empty: these are not of one alphabet.
std::optional<int> stepBetween(char from, char to) {
    if (isDigit(from) != isDigit(to) || isAsciiLetter(from) != isAsciiLetter(to))
        return std::nullopt;
    if (from == '9' && to == '0') return 1;
    if (from == '0' && to == '9') return -1;
    return to - from;
}

/// The text and what it costs to guess its beginnings, by their length.
class Guesser {
  public:
    explicit Guesser(std::string_view text) : text_{text}, plain_{text}, bits_(text.size() + 1) {
        std::ranges::transform(plain_, plain_.begin(), plainLetter);
    }

    double run() {
        for (std::size_t i = 1; i < bits_.size(); ++i) bits_[i] = bits_[i - 1] + kOtherBits;
        for (std::size_t at = 0; at < text_.size(); ++at) {
            offer(at, 1, bitsOf(text_[at]));
            offerWords(at);
            offerRuns(at);
            offerWalk(at);
            offerDigits(at);
            offerRepetition(at);
        }
        return bits_.back();
    }

  private:
    void offer(std::size_t at, std::size_t length, double bits) {
        auto& best = bits_[at + length];
        best = std::min(best, bits_[at] + bits);
    }

    void offerWords(std::size_t at) {
        const auto most = std::min(kLongestWord, text_.size() - at);
        for (auto length = kShortestWord; length <= most; ++length) {
            if (isListed(text_.substr(at, length))) offer(at, length, kWordBits);
            if (isListed(std::string_view{plain_}.substr(at, length)))
                offer(at, length, kWordBits + kDisguiseBits);
        }
    }

    /// `aaa`, `abc`, `97531`.
    void offerRuns(std::size_t at) {
        std::optional<int> step;
        for (auto end = at + 1; end < text_.size(); ++end) {
            const auto next = stepBetween(text_[end - 1], text_[end]);
            if (!next || std::abs(*next) > kLongestStep || (step && *step != *next)) return;
            step = next;
            const auto length = end - at + 1;
            if (*step == 0) offer(at, length, bitsOf(text_[at]) + kDoublingBits);
            if (length >= kShortestPattern) offer(at, length, kPatternBits);
        }
    }

    /// `qwert`, `1qazxsw2`.
    void offerWalk(std::size_t at) {
        double bits = kPatternBits;
        std::optional<std::pair<int, int>> way;
        for (auto end = at + 1; end < text_.size(); ++end) {
            const auto next = wayBetween(text_[end - 1], text_[end]);
            if (!next) return;
            if (way && *way != *next) bits += kTurnBits;
            way = next;
            const auto length = end - at + 1;
            if (length >= kShortestPattern) offer(at, length, bits);
        }
    }

    /// `1987`, `258`.
    void offerDigits(std::size_t at) {
        const auto four = text_.substr(at, 4);
        const bool year = four.size() == 4 && (four.starts_with("19") || four.starts_with("20")) &&
                          isDigit(four[2]) && isDigit(four[3]);
        if (year) offer(at, 4, kYearBits);
        const auto three = text_.substr(at, 3);
        if (three.size() == 3 && isDigit(three[0]) && kKeypadLines.contains(three))
            offer(at, 3, kPatternBits);
    }

    /// What stands before once already, as in `abcabc`.
    void offerRepetition(std::size_t at) {
        std::size_t longest = 0;
        for (std::size_t before = 0; before < at; ++before) {
            std::size_t length = 0;
            while (at + length < text_.size() && text_[before + length] == text_[at + length])
                ++length;
            longest = std::max(longest, length);
        }
        for (auto length = kShortestPattern; length <= longest; ++length)
            offer(at, length, kAgainBits);
    }

    const std::string_view text_;
    std::string plain_;  ///< signs and digits read as letters
    std::vector<double> bits_;
};

/// `qqwwee` → `qwe`; empty when not all characters are doubled.
std::string halved(std::string_view text) {
    std::string half;
    if (text.size() % 2 != 0) return half;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        if (text[i] != text[i + 1]) return {};
        half += text[i];
    }
    return half;
}

}  // namespace

double guessBits(std::string_view text) {
    const auto bits = Guesser{text}.run();
    const auto half = halved(text);
    if (half.empty()) return bits;
    return std::min(bits, Guesser{half}.run() + kDoublingBits);
}

}  // namespace atelier
