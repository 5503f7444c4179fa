#include "emulator/paint/scenery.h"

#include <opencv2/imgproc.hpp>

#include "emulator/paint/noise.h"
#include "emulator/paint/shape.h"

namespace atelier::emulator::paint {

namespace {

struct Light {
    Colour sky_top, sky_low;
    double brightness = 1;
};

Light lightOf(const Words& words) {
    if (words.has({"sunset", "sunrise", "dusk", "golden"}))
        return {{92, 96, 160}, {250, 176, 110}, 0.92};
    if (words.has({"night", "evening", "neon", "moonlit"}))
        return {{12, 18, 44}, {44, 48, 86}, 0.5};
    return {{96, 158, 224}, {208, 230, 246}, 1};
}

/// A rolling line across the picture, filled below.
void hills(cv::Mat& rgb, double height, double swing, const Colour& colour, Dice& dice) {
    Outline points{{-10.0, rgb.rows + 10.0}};
    const double step = rgb.cols / 6.0;
    for (double x = -10; x < rgb.cols + step; x += step)
        points.emplace_back(x, rgb.rows * height + dice.between(-swing, swing) * rgb.rows);
    points.emplace_back(rgb.cols + step, rgb.rows + 10.0);
    fillPolygon(rgb, points, colour, {.softness = 1});
}

void paintBeach(cv::Mat& rgb, const Light& light, Dice& dice) {
    const int horizon = static_cast<int>(rgb.rows * 0.45);
    const int shore = static_cast<int>(rgb.rows * 0.68);
    gradient(rgb, light.sky_top, light.sky_low, 0, horizon);
    gradient(rgb, Colour(28, 120, 160) * light.brightness, Colour(120, 206, 208) * light.brightness,
             horizon, shore);
    gradient(rgb, Colour(226, 204, 160) * light.brightness,
             Colour(244, 226, 190) * light.brightness, shore, rgb.rows);
    for (int wave = 0; wave < 5; ++wave) {
        const double y = horizon + (shore - horizon) * (0.35 + 0.15 * wave);
        Outline line;
        for (int i = 0; i <= 8; ++i) line.emplace_back(rgb.cols * i / 8.0, y + dice.between(-4, 4));
        stroke(rgb, line, Colour(236, 246, 248) * light.brightness, 1 + wave);
    }
}

void paintNature(cv::Mat& rgb, const Light& light, Dice& dice) {
    gradient(rgb, light.sky_top, light.sky_low, 0, rgb.rows * 2 / 3);
    hills(rgb, 0.42, 0.05, Colour(110, 150, 120) * light.brightness, dice);
    hills(rgb, 0.55, 0.04, Colour(78, 128, 76) * light.brightness, dice);
    hills(rgb, 0.68, 0.02, Colour(98, 152, 70) * light.brightness, dice);
    for (int tree = 0; tree < 7; ++tree) {
        const double x = dice.between(0, rgb.cols), y = rgb.rows * dice.between(0.5, 0.66);
        const double size = rgb.rows * dice.between(0.08, 0.16);
        fillPolygon(rgb,
                    {{x - size / 14, y},
                     {x + size / 14, y},
                     {x + size / 18, y - size},
                     {x - size / 18, y - size}},
                    Colour(96, 70, 50) * light.brightness);
        const Colour leaves =
            Colour(48 + dice.between(0, 30), 104 + dice.between(0, 40), 52) * light.brightness;
        for (int ball = 0; ball < 5; ++ball)
            fillEllipse(rgb,
                        {x + dice.between(-0.4, 0.4) * size, y - size * dice.between(0.8, 1.5)},
                        {size * 0.42, size * 0.36}, leaves, {.roundness = size / 8, .softness = 2});
    }
}

void paintCity(cv::Mat& rgb, const Light& light, Dice& dice) {
    gradient(rgb, light.sky_top, light.sky_low, 0, rgb.rows * 3 / 4);
    const double ground = rgb.rows * 0.74;
    for (double x = -20; x < rgb.cols;) {
        const double width = rgb.cols * dice.between(0.08, 0.18),
                     top = rgb.rows * dice.between(0.08, 0.45);
        const double tone = dice.between(110, 190) * light.brightness;
        fillPolygon(rgb, {{x, ground}, {x, top}, {x + width, top}, {x + width, ground}},
                    Colour(tone, tone * 0.96, tone * 0.9));
        const double cell = width / 5;
        for (double wy = top + cell; wy < ground - cell; wy += 1.5 * cell)
            for (double wx = x + cell / 2; wx < x + width - cell; wx += cell) {
                const bool lit = dice.between(0, 1) < (light.brightness < 0.7 ? 0.5 : 0.15);
                const Colour pane =
                    lit ? Colour(255, 226, 150) : Colour(92, 116, 140) * light.brightness;
                fillPolygon(rgb,
                            {{wx, wy},
                             {wx + cell * 0.6, wy},
                             {wx + cell * 0.6, wy + cell},
                             {wx, wy + cell}},
                            pane);
            }
        x += width + 2;
    }
    gradient(rgb, Colour(120, 122, 126) * light.brightness, Colour(88, 90, 96) * light.brightness,
             static_cast<int>(ground), rgb.rows);
}

void paintMountains(cv::Mat& rgb, const Light& light, Dice& dice) {
    gradient(rgb, light.sky_top, light.sky_low, 0, rgb.rows);
    hills(rgb, 0.38, 0.14, Colour(150, 168, 190) * light.brightness, dice);
    hills(rgb, 0.52, 0.10, Colour(112, 132, 150) * light.brightness, dice);
    hills(rgb, 0.72, 0.04, Colour(86, 116, 84) * light.brightness, dice);
}

void paintStudio(cv::Mat& rgb, const Words& words, Dice& dice) {
    const auto named = words.colourOf({"background", "backdrop", "wall", "studio"});
    const Colour tone = named.value_or(Colour(214, 214, 216) + Colour::all(dice.between(-14, 14)));
    const int floor = static_cast<int>(rgb.rows * 0.8);
    gradient(rgb, tone * 1.04, tone * 0.92, 0, floor);
    gradient(rgb, tone * 0.92, tone * 1.02, floor, rgb.rows);
}

}  // namespace

Scenery::Kind Scenery::of(const Words& words) {
    if (words.has({"beach", "sea", "ocean", "seaside", "coast", "shore", "tropical"}))
        return Kind::Beach;
    if (words.has({"city", "street", "urban", "skyline", "downtown", "paris", "york", "tokyo"}))
        return Kind::City;
    if (words.has({"mountain", "mountains", "alps", "snow", "desert"})) return Kind::Mountains;
    if (words.has({"forest", "park", "garden", "nature", "meadow", "field", "trees", "jungle"}))
        return Kind::Nature;
    if (words.has({"room", "interior", "bedroom", "kitchen", "office", "loft", "apartment", "sofa",
                   "cafe"}))
        return Kind::Room;
    return Kind::Studio;
}

cv::Mat paintScenery(cv::Size size, std::string_view prompt, std::int64_t seed) {
    const Words words{prompt};
    const auto kind = Scenery::of(words);
    if (kind == Scenery::Kind::Room) return paintRoom(size, prompt, seed);
    cv::Mat rgb(size, CV_8UC3);
    Dice dice{seed, prompt};
    const auto light = lightOf(words);
    switch (kind) {
        case Scenery::Kind::Beach:
            paintBeach(rgb, light, dice);
            break;
        case Scenery::Kind::Nature:
            paintNature(rgb, light, dice);
            break;
        case Scenery::Kind::City:
            paintCity(rgb, light, dice);
            break;
        case Scenery::Kind::Mountains:
            paintMountains(rgb, light, dice);
            break;
        case Scenery::Kind::Studio:
        case Scenery::Kind::Room:
            paintStudio(rgb, words, dice);
            break;
    }
    addGrain(rgb, 2, seed);
    return rgb;
}

}  // namespace atelier::emulator::paint
