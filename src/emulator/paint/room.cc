#include <opencv2/imgproc.hpp>

#include "emulator/paint/noise.h"
#include "emulator/paint/scenery.h"
#include "emulator/paint/shape.h"

namespace atelier::emulator::paint {

namespace {

/// Coordinates from 0 to 1 across the whole picture.
class Room {
  public:
    Room(cv::Mat& rgb, const Words& words, Dice& dice) : rgb_{rgb}, words_{words}, dice_{dice} {
        const auto named = words.colours();
        wall_ = words.colourOf({"wall", "walls", "room", "interior"})
                    .value_or(pick({{232, 226, 214}, {214, 222, 226}, {226, 218, 208}}));
        accent_ = words.colourOf({"sofa", "couch", "bed", "armchair", "chair", "furniture"})
                      .value_or(named.empty() ? pick({{74, 104, 130}, {150, 92, 70}, {96, 120, 92}})
                                              : named.front());
    }

    void paint() {
        shell();
        window();
        picture();
        rug();
        if (words_.has({"kitchen"}))
            counter();
        else
            sofa();
        lamp();
        plant();
    }

  private:
    Colour pick(std::initializer_list<Colour> any) {
        return std::data(any)[dice_.pick(static_cast<int>(any.size()))];
    }
    cv::Point2d at(double x, double y) const { return {x * rgb_.cols, y * rgb_.rows}; }
    double size(double share) const { return share * std::min(rgb_.cols, rgb_.rows); }
    void quad(double left, double top, double right, double bottom, const Colour& colour,
              Finish finish = {}) {
        fillPolygon(rgb_, {at(left, top), at(right, top), at(right, bottom), at(left, bottom)},
                    colour, finish);
    }

    void shell() {
        gradient(rgb_, wall_, wall_ * 0.94, 0, rgb_.rows);
        fillPolygon(rgb_, {at(0, 0), at(0.14, 0.12), at(0.14, 0.68), at(0, 0.86)}, wall_ * 0.86);
        fillPolygon(rgb_, {at(1, 0), at(0.86, 0.12), at(0.86, 0.68), at(1, 0.86)}, wall_ * 0.9);
        fillPolygon(rgb_, {at(0, 0), at(1, 0), at(0.86, 0.12), at(0.14, 0.12)},
                    Colour(248, 247, 244));
        const Colour boards = pick({{188, 150, 112}, {150, 116, 86}, {206, 184, 156}});
        fillPolygon(rgb_,
                    {at(0, 0.86), at(0.14, 0.68), at(0.86, 0.68), at(1, 0.86), at(1, 1), at(0, 1)},
                    boards);
        for (int i = -6; i <= 6; ++i)
            stroke(rgb_, {at(0.5 + 0.06 * i, 0.68), at(0.5 + 0.2 * i, 1.02)}, boards * 0.86, 1);
    }
    void window() {
        quad(0.2, 0.18, 0.42, 0.5, {250, 250, 248});
        cv::Mat view = rgb_(cv::Rect(at(0.21, 0.195), at(0.41, 0.485)));
        gradient(view, {150, 200, 238}, {226, 240, 246}, 0, view.rows);
        gradient(view, {120, 166, 104}, {96, 140, 84}, view.rows * 3 / 4, view.rows);
        quad(0.306, 0.19, 0.314, 0.49, {250, 250, 248});
        for (const double side : {0.17, 0.415})
            quad(side, 0.15, side + 0.035, 0.62, accent_ * 0.5 + Colour::all(120),
                 {.roundness = size(0.02)});
    }
    void picture() {
        quad(0.58, 0.2, 0.76, 0.4, {70, 58, 50});
        quad(0.59, 0.21, 0.75, 0.39, {244, 240, 230});
        fillEllipse(rgb_, at(0.65, 0.31), {size(0.04), size(0.05)}, accent_);
        fillEllipse(rgb_, at(0.69, 0.28), {size(0.03), size(0.03)}, {222, 170, 90});
    }
    void rug() {
        fillEllipse(rgb_, at(0.5, 0.86), {0.34 * rgb_.cols, 0.09 * rgb_.rows},
                    mix(accent_, {240, 232, 220}, 0.7));
        fillEllipse(rgb_, at(0.5, 0.86), {0.29 * rgb_.cols, 0.07 * rgb_.rows},
                    mix(accent_, {240, 232, 220}, 0.5));
    }
    void sofa() {
        const double soft = size(0.03);
        fillEllipse(rgb_, at(0.5, 0.82), {0.3 * rgb_.cols, 0.03 * rgb_.rows}, {60, 50, 44},
                    {.softness = soft / 3, .opacity = 0.5});
        quad(0.27, 0.5, 0.73, 0.74, accent_ * 0.9, {.roundness = soft, .softness = 2});
        quad(0.22, 0.57, 0.31, 0.8, accent_, {.roundness = soft, .softness = 2});
        quad(0.69, 0.57, 0.78, 0.8, accent_, {.roundness = soft, .softness = 2});
        quad(0.3, 0.67, 0.5, 0.79, accent_ * 1.08, {.roundness = soft, .softness = 2});
        quad(0.5, 0.67, 0.7, 0.79, accent_ * 1.08, {.roundness = soft, .softness = 2});
        quad(0.33, 0.56, 0.42, 0.68, {240, 228, 206}, {.roundness = soft, .softness = 2});
        quad(0.59, 0.57, 0.67, 0.68, {216, 164, 96}, {.roundness = soft, .softness = 2});
    }
    void counter() {
        quad(0.2, 0.56, 0.8, 0.6, {236, 234, 230});
        quad(0.21, 0.6, 0.79, 0.8, accent_, {.roundness = size(0.02)});
        for (int i = 1; i < 4; ++i)
            quad(0.21 + 0.145 * i, 0.61, 0.213 + 0.145 * i, 0.79, accent_ * 0.7);
        quad(0.5, 0.44, 0.56, 0.56, {206, 208, 212}, {.roundness = size(0.02)});
    }
    void lamp() {
        quad(0.828, 0.4, 0.834, 0.78, {60, 56, 52});
        fillEllipse(rgb_, at(0.831, 0.785), {size(0.05), size(0.012)}, {60, 56, 52});
        fillEllipse(rgb_, at(0.831, 0.38), {size(0.16), size(0.16)}, {255, 236, 190},
                    {.softness = size(0.05), .opacity = 0.5});
        fillPolygon(rgb_, {at(0.805, 0.32), at(0.857, 0.32), at(0.875, 0.42), at(0.787, 0.42)},
                    {252, 238, 206});
    }
    void plant() {
        for (int leaf = 0; leaf < 9; ++leaf) {
            const double x = 0.09 + dice_.between(-0.06, 0.06), y = dice_.between(0.44, 0.62);
            stroke(rgb_, {at(0.09, 0.74), at((0.09 + x) / 2, 0.62), at(x, y)}, {64, 104, 62},
                   size(0.006));
            fillEllipse(rgb_, at(x, y), {size(0.03), size(0.045)},
                        {70 + dice_.between(0, 30), 128, 74}, {.roundness = size(0.012)});
        }
        fillPolygon(rgb_, {at(0.05, 0.72), at(0.13, 0.72), at(0.12, 0.82), at(0.06, 0.82)},
                    {196, 110, 78}, {.roundness = size(0.02)});
    }

    cv::Mat& rgb_;
    const Words& words_;
    Dice& dice_;
    Colour wall_;
    Colour accent_;
};

}  // namespace

cv::Mat paintRoom(cv::Size size, std::string_view prompt, std::int64_t seed) {
    const Words words{prompt};
    Dice dice{seed, prompt};
    cv::Mat rgb(size, CV_8UC3);
    Room{rgb, words, dice}.paint();
    addGrain(rgb, 2, seed);
    return rgb;
}

}  // namespace atelier::emulator::paint
