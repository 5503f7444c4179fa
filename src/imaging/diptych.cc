#include "imaging/diptych.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "imaging/decode.h"
#include "imaging/encode.h"
#include "imaging/vips_runtime.h"

namespace atelier::imaging {
namespace {

constexpr int kLongest = 1024;
constexpr int kSmallest = 768;  // enlarge up to this: the model paints poorly on few pixels
constexpr int kGrid = 16;
constexpr int kMinPanel = 256;  // the provider's least side
constexpr Quality kCanvasQuality{.jpeg = 95, .full_colour = true};

int onGrid(int pixels) {
    return std::max(kMinPanel, (pixels + kGrid - 1) / kGrid * kGrid);
}

cv::Rect centred(Size inner, cv::Rect outer) {
    return {outer.x + (outer.width - inner.width) / 2, outer.y + (outer.height - inner.height) / 2,
            inner.width, inner.height};
}

/// The person in the middle of its panel; what is left over continues the picture's border.
void placePerson(const cv::Mat& person, cv::Mat panel, cv::Rect at) {
    cv::copyMakeBorder(person, panel, at.y, panel.rows - at.y - person.rows, at.x,
                       panel.cols - at.x - person.cols, cv::BORDER_REPLICATE);
}

Result<cv::Mat> fittedGarment(BytesView garment, Size panel) {
    const auto header = readHeader(garment, kTrustedLimits);
    if (!header) {
        return failure(header.error());
    }
    const auto scale = std::min(static_cast<double>(panel.width) / header->size.width,
                                static_cast<double>(panel.height) / header->size.height);
    const Size fitted{std::clamp<int>(std::lround(header->size.width * scale), 1, panel.width),
                      std::clamp<int>(std::lround(header->size.height * scale), 1, panel.height)};
    auto pixels = loadFitted(garment, fitted, Fit::Exactly);
    if (!pixels) {
        return failure(pixels.error());
    }
    return pixels->mat().clone();
}

}  // namespace

PanelPlan planPanel(Size person) {
    const int longest = std::max(person.width, person.height);
    const double scale = static_cast<double>(std::clamp(longest, kSmallest, kLongest)) / longest;
    PanelPlan plan;
    plan.person = {std::max<int>(1, std::lround(person.width * scale)),
                   std::max<int>(1, std::lround(person.height * scale))};
    plan.panel = {onGrid(plan.person.width), onGrid(plan.person.height)};
    return plan;
}

Result<Diptych> makeDiptych(BytesView garment, BytesView person, BytesView mask,
                            RecentPhotos& photos) {
    const auto header = readHeader(person, kTrustedLimits);
    if (!header) {
        return failure(header.error());
    }
    const auto plan = planPanel(header->size);
    const auto garment_pixels = fittedGarment(garment, plan.panel);
    if (!garment_pixels) {
        return failure(garment_pixels.error());
    }
    const auto person_pixels = photos.load(person, plan.person);
    if (!person_pixels) {
        return failure(person_pixels.error());
    }
    const auto mask_pixels = loadMask(mask, plan.person);
    if (!mask_pixels) {
        return failure(mask_pixels.error());
    }
    return guarded(ErrorCode::Internal, "the canvas could not be made", [&]() -> Result<Diptych> {
        const cv::Rect left{0, 0, plan.panel.width, plan.panel.height};
        const cv::Rect right = left + cv::Point(plan.panel.width, 0);
        const auto at = centred(plan.person, left);
        cv::Mat canvas(plan.panel.height, 2 * plan.panel.width, CV_8UC3, cv::Scalar::all(255));
        garment_pixels->copyTo(canvas(centred({garment_pixels->cols, garment_pixels->rows}, left)));
        placePerson(person_pixels->mat(), canvas(right), at);
        const auto in_canvas = at + right.tl();
        cv::Mat canvas_mask(canvas.size(), CV_8UC1, cv::Scalar(0));
        mask_pixels->mat().copyTo(canvas_mask(in_canvas));
        return Diptych{encode(Pixels::from(canvas).image(), ImageFormat::Jpeg, kCanvasQuality),
                       encode(Pixels::from(canvas_mask).image(), ImageFormat::Png, {.flat = true}),
                       {in_canvas.x, in_canvas.y, in_canvas.width, in_canvas.height}};
    });
}

}  // namespace atelier::imaging
