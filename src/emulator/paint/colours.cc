#include "emulator/paint/colours.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace atelier::emulator::paint {

namespace {

struct Named {
    std::string_view name;
    Colour colour;
};

const std::array kNames{
    Named{"red", {196, 36, 44}},        Named{"crimson", {160, 20, 50}},
    Named{"burgundy", {110, 22, 42}},   Named{"pink", {236, 140, 170}},
    Named{"orange", {232, 126, 40}},    Named{"coral", {240, 120, 100}},
    Named{"yellow", {240, 204, 70}},    Named{"gold", {205, 165, 70}},
    Named{"mustard", {200, 155, 50}},   Named{"green", {58, 140, 84}},
    Named{"olive", {110, 112, 60}},     Named{"emerald", {20, 130, 96}},
    Named{"sage", {150, 168, 140}},     Named{"teal", {24, 124, 128}},
    Named{"turquoise", {60, 190, 190}}, Named{"blue", {52, 96, 180}},
    Named{"navy", {30, 42, 84}},        Named{"denim", {74, 104, 150}},
    Named{"purple", {118, 66, 156}},    Named{"violet", {130, 80, 180}},
    Named{"lilac", {190, 165, 220}},    Named{"lavender", {196, 178, 226}},
    Named{"brown", {122, 84, 58}},      Named{"tan", {196, 160, 122}},
    Named{"beige", {222, 204, 176}},    Named{"cream", {244, 234, 212}},
    Named{"khaki", {170, 152, 110}},    Named{"white", {246, 246, 244}},
    Named{"ivory", {246, 240, 226}},    Named{"black", {34, 34, 38}},
    Named{"charcoal", {60, 62, 68}},    Named{"grey", {140, 142, 146}},
    Named{"gray", {140, 142, 146}},     Named{"silver", {190, 194, 200}},
};

const Colour* find(std::string_view word) {
    const auto found = std::ranges::find(kNames, word, &Named::name);
    return found == kNames.end() ? nullptr : &found->colour;
}

}  // namespace

Words::Words(std::string_view prompt) {
    std::string word;
    for (const unsigned char c : prompt) {
        if (std::isalpha(c) != 0) {
            word += static_cast<char>(std::tolower(c));
        } else if (!word.empty()) {
            words_.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) words_.push_back(std::move(word));
}

bool Words::has(std::initializer_list<std::string_view> any) const {
    return std::ranges::any_of(
        words_, [&](const auto& word) { return std::ranges::find(any, word) != any.end(); });
}

std::vector<Colour> Words::colours() const {
    std::vector<Colour> out;
    for (const auto& word : words_)
        if (const auto* colour = find(word)) out.push_back(*colour);
    return out;
}

std::optional<Colour> Words::colourOf(std::initializer_list<std::string_view> nouns) const {
    constexpr std::size_t kReach = 3;
    for (std::size_t at = 0; at < words_.size(); ++at) {
        if (std::ranges::find(nouns, words_[at]) == nouns.end()) continue;
        for (std::size_t back = 1; back <= std::min(kReach, at); ++back)
            if (const auto* colour = find(words_[at - back])) return *colour;
    }
    return std::nullopt;
}

Colour mix(const Colour& a, const Colour& b, double share) {
    return a * (1 - share) + b * share;
}

}  // namespace atelier::emulator::paint
