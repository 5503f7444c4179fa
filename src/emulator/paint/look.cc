#include "emulator/paint/figure.h"
#include "emulator/paint/noise.h"

namespace atelier::emulator::paint {

namespace {

Colour oneOf(Dice& dice, std::initializer_list<Colour> any) {
    return std::data(any)[dice.pick(static_cast<int>(any.size()))];
}

Colour hairOf(const Words& words, Dice& dice) {
    const auto random = oneOf(dice, {{58, 40, 30}, {96, 64, 40}, {36, 30, 28}, {164, 122, 74}});
    if (words.has({"blonde", "blond"})) return {206, 172, 110};
    if (words.has({"redhead", "ginger", "auburn"})) return {150, 70, 36};
    if (words.has({"brunette"})) return {80, 54, 38};
    return words.colourOf({"hair", "haired"}).value_or(random);
}

Colour skinOf(const Words& words, Dice& dice) {
    auto random = oneOf(dice, {{236, 194, 168}, {224, 176, 144}, {206, 156, 124}, {178, 126, 96}});
    if (words.has({"african"})) return {142, 98, 74};
    if (words.has({"asian"})) return {232, 192, 160};
    if (words.has({"pale", "fair"})) return {242, 206, 184};
    return random;
}

}  // namespace

Look Look::of(const Words& words, std::int64_t seed, std::string_view prompt) {
    Dice dice{seed, prompt};
    Look look;
    look.skin = skinOf(words, dice);
    look.hair = hairOf(words, dice);
    const auto any_top = oneOf(
        dice, {{234, 234, 232}, {86, 120, 164}, {168, 86, 84}, {104, 132, 110}, {208, 182, 140}});
    const auto any_lower = oneOf(dice, {{60, 82, 120}, {52, 54, 60}, {150, 130, 104}});
    const auto colours = words.colours();
    look.man = words.has({"man", "male", "boy", "gentleman", "he", "his"});
    look.long_hair = !look.man && !words.has({"short"});
    look.long_sleeves = words.has({"sweater", "jumper", "hoodie", "blouse", "shirt", "sleeved",
                                   "sleeves", "cardigan"}) &&
                        !words.has({"t", "tee", "short"});
    look.jacket = words.has({"jacket", "coat", "blazer", "suit"});
    if (words.has({"dress", "gown"}))
        look.bottom = Bottom::Dress;
    else if (words.has({"skirt"}))
        look.bottom = Bottom::Skirt;
    look.top = words
                   .colourOf({"shirt", "tshirt", "t", "tee", "top", "blouse", "sweater", "jumper",
                              "hoodie", "dress", "gown"})
                   .value_or(colours.empty() ? any_top : colours.front());
    look.lower = look.bottom == Bottom::Dress
                     ? look.top
                     : words.colourOf({"jeans", "trousers", "pants", "skirt", "shorts", "chinos"})
                           .value_or(any_lower);
    look.coat = words.colourOf({"jacket", "coat", "blazer", "suit"}).value_or(Colour(58, 62, 76));
    return look;
}

}  // namespace atelier::emulator::paint
