#include "emulator/paint/retouch.h"

#include <algorithm>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "emulator/paint/noise.h"

namespace atelier::emulator::paint {

namespace {

constexpr double kCarriedBlur = 10;  // pixels

/// Where the input lies on the larger canvas; may reach over its rim.
cv::Point placeOf(const Order& order, cv::Size input) {
    if (order.endpoint->kind == contract::Kind::Expand)
        return {static_cast<int>(order.integer("left")), static_cast<int>(order.integer("top"))};
    const auto offset = [&](std::string_view field, int room) {
        const auto* value = order.fields.if_contains(field);
        return value != nullptr && value->is_int64() ? static_cast<int>(value->get_int64())
                                                     : room / 2;
    };
    return {offset("reference_offset_x", order.output.width - input.width),
            offset("reference_offset_y", order.output.height - input.height)};
}

}  // namespace

cv::Mat closed(const cv::Mat& rgb, const cv::Mat& known) {
    // Pull: averages of what is known, coarser and coarser. Push: holes are filled from them.
    struct Level {
        cv::Mat colour, weight;
    };
    std::vector<Level> levels(1);
    known.convertTo(levels[0].weight, CV_32F, 1 / 255.0);
    cv::Mat weight3;
    cv::merge(std::vector{levels[0].weight, levels[0].weight, levels[0].weight}, weight3);
    rgb.convertTo(levels[0].colour, CV_32FC3);
    levels[0].colour = levels[0].colour.mul(weight3);
    while (std::min(levels.back().weight.cols, levels.back().weight.rows) > 2) {
        Level coarse;
        cv::pyrDown(levels.back().colour, coarse.colour);
        cv::pyrDown(levels.back().weight, coarse.weight);
        levels.push_back(std::move(coarse));
    }
    cv::Mat filled;
    for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
        cv::Mat finer(level->colour.size(), CV_32FC3, cv::Scalar::all(128));
        if (!filled.empty())
            cv::resize(filled, finer, level->colour.size(), 0, 0, cv::INTER_LINEAR);
        for (int y = 0; y < finer.rows; ++y) {
            for (int x = 0; x < finer.cols; ++x) {
                const float weight = level->weight.at<float>(y, x);
                if (weight <= 1e-4F) continue;
                const float trust = std::min(1.0F, weight * 2);
                auto& pixel = finer.at<cv::Vec3f>(y, x);
                pixel = pixel * (1 - trust) + level->colour.at<cv::Vec3f>(y, x) * (trust / weight);
            }
        }
        filled = finer;
    }
    cv::Mat out;
    filled.convertTo(out, CV_8UC3);
    rgb.copyTo(out, known);
    return out;
}

cv::Mat paintErase(const Order& order) {
    const auto image = decodeRgb(order.image("image"));
    cv::Mat hole = decodeGrey(order.image("mask"));
    cv::threshold(hole, hole, 127, 255, cv::THRESH_BINARY);
    if (const int reach = static_cast<int>(order.integer("dilate_pixels")); reach > 0)
        cv::dilate(hole, hole,
                   cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * reach + 1, 2 * reach + 1}));
    auto out = closed(image, ~hole);
    cv::Mat grain = out.clone();
    addGrain(grain, 3, order.seed);
    grain.copyTo(out, hole);
    return out;
}

cv::Mat paintDeblur(const Order& order) {
    const auto image = decodeRgb(order.image("image"));
    cv::Mat soft, out;
    cv::GaussianBlur(image, soft, {}, 2);
    cv::addWeighted(image, 1.8, soft, -0.8, 0, out);
    return out;
}

cv::Mat paintLargerCanvas(const Order& order) {
    const auto input = decodeRgb(order.images.front().bytes);
    const cv::Size size(order.output.width, order.output.height);
    const auto place = placeOf(order, input.size());
    const auto visible = cv::Rect(place, input.size()) & cv::Rect({}, size);
    if (visible.empty()) return {size, CV_8UC3, cv::Scalar::all(128)};
    cv::Mat canvas, carried;
    cv::copyMakeBorder(input(visible - place), canvas, visible.y, size.height - visible.br().y,
                       visible.x, size.width - visible.br().x, cv::BORDER_REPLICATE);
    cv::GaussianBlur(canvas, carried, {}, kCarriedBlur);
    addGrain(carried, 3, order.seed);
    canvas(visible).copyTo(carried(visible));
    return carried;
}

}  // namespace atelier::emulator::paint
