#include "emulator/paint/figure.h"

#include <opencv2/imgproc.hpp>

#include "emulator/paint/noise.h"
#include "emulator/paint/scenery.h"
#include "emulator/paint/shape.h"

namespace atelier::emulator::paint {

namespace {

/// Draws in units of a head's height; x = 0 is the body's axis, y = 0 the crown.
class Figure {
  public:
    Figure(cv::Mat& rgb, Frame frame, const Look& look) : rgb_{rgb}, frame_{frame}, look_{look} {}

    void paint() {
        if (look_.long_hair) hairBehind();
        shadow();
        legs();
        arm(-1);
        arm(1);
        neck();
        body();
        if (look_.jacket) jacket();
        head();
    }

  private:
    Outline points(std::initializer_list<cv::Point2d> from, double mirror = 1) const {
        Outline out;
        for (const auto& point : from) out.push_back(frame_.at(point.x * mirror, point.y));
        return out;
    }
    Finish round(double units, double depth = 0.35) const {
        return {.roundness = units * frame_.unit, .depth = depth, .softness = 0.6};
    }
    void ellipse(double x, double y, double rx, double ry, const Colour& colour,
                 const Finish& finish = {}) {
        fillEllipse(rgb_, frame_.at(x, y), {rx * frame_.unit, ry * frame_.unit}, colour, finish);
    }
    /// Left and right alike, closed.
    Outline symmetric(std::initializer_list<cv::Point2d> right_side) const {
        Outline out = points(right_side);
        for (auto it = std::rbegin(right_side); it != std::rend(right_side); ++it)
            if (it->x != 0) out.push_back(frame_.at(-it->x, it->y));
        return out;
    }

    void shadow() {
        ellipse(0.15, 7.55, 1.4, 0.16, {30, 30, 34},
                {.softness = 0.1 * frame_.unit, .opacity = 0.35});
    }
    void legs() {
        const bool bare = look_.bottom != Look::Bottom::Trousers;
        const auto colour = bare ? look_.skin : look_.lower;
        for (const double side : {-1.0, 1.0}) {
            ellipse(side * 0.42, 7.42, 0.24, 0.14, {40, 36, 36}, round(0.06));
            fillCurve(rgb_,
                      points({{0.03, 3.9},
                              {0.74, 3.9},
                              {0.72, 4.7},
                              {0.6, 5.6},
                              {0.58, 6.4},
                              {0.5, 7.3},
                              {0.3, 7.32},
                              {0.24, 6.4},
                              {0.2, 5.5},
                              {0.1, 4.6}},
                             side),
                      colour, round(0.13, 0.4));
        }
        if (look_.bottom == Look::Bottom::Trousers)
            fillCurve(rgb_, symmetric({{0, 3.3}, {0.66, 3.3}, {0.76, 3.9}, {0.7, 4.35}, {0, 4.45}}),
                      colour, round(0.12, 0.25));
        else
            skirt();
    }
    void skirt() {
        const double hem = look_.bottom == Look::Bottom::Dress ? 5.6 : 5.0;
        fillCurve(rgb_,
                  symmetric({{0, 3.1},
                             {0.6, 3.15},
                             {0.82, 4.0},
                             {0.98, hem - 0.1},
                             {0.5, hem},
                             {0, hem + 0.04}}),
                  look_.lower, round(0.2));
    }
    void arm(double side) {
        const bool sleeved = look_.long_sleeves || look_.jacket;
        const auto cloth = look_.jacket ? look_.coat : look_.top;
        const double shoulder = look_.man ? 1.02 : 0.9;
        ellipse(side * (shoulder + 0.26), 4.22, 0.14, 0.24, look_.skin, round(0.06));
        fillCurve(rgb_,
                  points({{shoulder - 0.2, 1.6},
                          {shoulder + 0.1, 1.75},
                          {shoulder + 0.24, 2.5},
                          {shoulder + 0.36, 3.3},
                          {shoulder + 0.38, 4.15},
                          {shoulder + 0.14, 4.15},
                          {shoulder + 0.08, 3.3},
                          {shoulder - 0.1, 2.5}},
                         side),
                  sleeved ? cloth : look_.skin, round(0.09));
        if (sleeved) return;
        fillCurve(rgb_,
                  points({{shoulder - 0.24, 1.54},
                          {shoulder + 0.08, 1.66},
                          {shoulder + 0.3, 2.42},
                          {shoulder + 0.1, 2.56},
                          {shoulder - 0.16, 2.56}},
                         side),
                  look_.top, round(0.08));
    }
    void neck() {
        fillPolygon(rgb_,
                    points({{-0.2, 0.8},
                            {0.2, 0.8},
                            {0.24, 1.3},
                            {0.42, 1.5},
                            {0.2, 1.8},
                            {-0.2, 1.8},
                            {-0.42, 1.5},
                            {-0.24, 1.3}}),
                    look_.skin * 0.9, round(0.07));
    }
    void body() {
        const double s = look_.man ? 1.02 : 0.9;
        const double waist = look_.man ? 0.74 : 0.6;
        fillCurve(rgb_,
                  symmetric({{0, 1.62},
                             {0.26, 1.44},
                             {s - 0.1, 1.58},
                             {s, 1.86},
                             {s - 0.16, 2.4},
                             {waist, 3.05},
                             {0.7, 3.62},
                             {0.4, 3.7},
                             {0, 3.72}}),
                  look_.top, round(0.16, 0.4));
        for (const double side : {-1.0, 1.0})
            stroke(rgb_, points({{0.3, 2.9}, {0.42, 3.2}, {0.4, 3.5}}, side), look_.top * 0.86,
                   0.02 * frame_.unit);
    }
    void jacket() {
        const double s = look_.man ? 1.08 : 0.96;
        for (const double side : {-1.0, 1.0})
            fillCurve(rgb_,
                      points({{0.24, 1.42},
                              {s - 0.08, 1.56},
                              {s, 1.9},
                              {s - 0.14, 2.6},
                              {0.8, 3.9},
                              {0.34, 3.96},
                              {0.3, 2.8},
                              {0.22, 2.0}},
                             side),
                      look_.coat, round(0.12, 0.4));
    }
    void hairBehind() {
        fillCurve(rgb_,
                  symmetric({{0, -0.06},
                             {0.4, 0.06},
                             {0.54, 0.5},
                             {0.58, 1.2},
                             {0.6, 1.75},
                             {0.3, 1.85},
                             {0, 1.7}}),
                  look_.hair * 0.8, round(0.12));
    }
    void head() {
        for (const double side : {-1.0, 1.0})
            ellipse(side * 0.385, 0.56, 0.06, 0.11, look_.skin * 0.92, round(0.03));
        fillCurve(rgb_,
                  symmetric({{0, 0.03},
                             {0.28, 0.1},
                             {0.385, 0.36},
                             {0.375, 0.6},
                             {0.27, 0.86},
                             {0.12, 0.985},
                             {0, 1.0}}),
                  look_.skin, round(0.13, 0.3));
        face();
        fillCurve(rgb_,
                  symmetric({{0, -0.06},
                             {0.3, 0.0},
                             {0.44, 0.22},
                             {0.43, 0.5},
                             {0.375, 0.46},
                             {0.33, 0.26},
                             {0.16, 0.2},
                             {0, 0.22}}),
                  look_.hair, round(0.06));
        if (!look_.long_hair) return;
        for (const double side : {-1.0, 1.0})
            fillCurve(rgb_,
                      points({{0.33, 0.24},
                              {0.46, 0.3},
                              {0.56, 0.9},
                              {0.56, 1.6},
                              {0.44, 1.72},
                              {0.38, 1.2},
                              {0.4, 0.6}},
                             side),
                      look_.hair, round(0.05));
    }
    void face() {
        const auto dark = mix(look_.hair, {40, 30, 28}, 0.5);
        const auto shade = look_.skin * 0.74;
        for (const double side : {-1.0, 1.0}) {
            ellipse(side * 0.165, 0.445, 0.105, 0.05, shade,
                    {.softness = 0.03 * frame_.unit, .opacity = 0.75});
            ellipse(side * 0.165, 0.46, 0.075, 0.034, {246, 244, 242}, {.softness = 0.3});
            ellipse(side * 0.165, 0.46, 0.034, 0.036, {66, 48, 36});
            ellipse(side * 0.165, 0.46, 0.017, 0.018, {16, 14, 14});
            ellipse(side * 0.155, 0.45, 0.008, 0.008, {250, 250, 250});
            stroke(rgb_, points({{0.085, 0.455}, {0.165, 0.418}, {0.25, 0.45}}, side), {50, 38, 34},
                   0.018 * frame_.unit);
            stroke(rgb_, points({{0.07, 0.365}, {0.165, 0.335}, {0.27, 0.365}}, side), dark,
                   0.03 * frame_.unit);
            ellipse(side * 0.2, 0.66, 0.1, 0.09, mix(look_.skin, {226, 110, 96}, 0.35),
                    {.softness = 0.05 * frame_.unit, .opacity = 0.5});
            ellipse(side * 0.04, 0.665, 0.018, 0.012, shade * 0.7, {.softness = 0.5});
        }
        ellipse(0, 0.64, 0.065, 0.035, shade, {.softness = 0.02 * frame_.unit, .opacity = 0.7});
        ellipse(0, 0.53, 0.03, 0.13, look_.skin * 1.06,
                {.softness = 0.02 * frame_.unit, .opacity = 0.8});
        fillCurve(rgb_,
                  symmetric({{0, 0.785}, {0.04, 0.772}, {0.13, 0.8}, {0.06, 0.845}, {0, 0.852}}),
                  {178, 84, 80}, round(0.01, 0.2));
        stroke(rgb_, points({{-0.12, 0.802}, {0, 0.806}, {0.12, 0.802}}), {110, 48, 46},
               0.014 * frame_.unit);
        ellipse(0, 0.91, 0.1, 0.02, shade, {.softness = 0.02 * frame_.unit, .opacity = 0.5});
    }

    cv::Mat& rgb_;
    const Frame frame_;
    const Look& look_;
};

Frame frameFor(cv::Size size, const Words& words) {
    const bool whole = words.has({"full", "standing", "fullbody", "whole", "walking"});
    const bool close = words.has({"portrait", "headshot", "close", "closeup"}) && !whole;
    const double heads = whole ? 8.2 : close ? 3.6 : 5.4;
    // Wide pictures show a little more air above.
    return {{size.width / 2.0, size.height * (whole ? 0.04 : 0.08)}, size.height / heads};
}

}  // namespace

cv::Mat paintFigure(cv::Size size, std::string_view prompt, std::int64_t seed) {
    const Words words{prompt};
    const auto look = Look::of(words, seed, prompt);
    auto rgb = paintScenery(size, prompt, seed);
    if (Scenery::isNamedIn(words))
        cv::GaussianBlur(rgb, rgb, {}, size.height / 250.0);  // out of focus
    Figure{rgb, frameFor(size, words), look}.paint();
    addGrain(rgb, 2, seed);
    return rgb;
}

}  // namespace atelier::emulator::paint
