#include "imaging/figures.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "imaging/encode.h"
#include "imaging/pixels.h"
#include "imaging/vips_runtime.h"

namespace atelier::imaging {
namespace {

constexpr int kWidth = 768, kHeight = 1024;
constexpr int kOversampling = 2;

using Colour = cv::Scalar;
using Points = std::vector<cv::Point2f>;

/// A smooth closed outline through `corners` (Catmull-Rom); coordinates in the final picture's
/// pixels.
std::vector<cv::Point> smooth(const Points& corners) {
    std::vector<cv::Point> outline;
    const auto n = corners.size();
    for (std::size_t i = 0; i < n; ++i) {
        const auto &a = corners[(i + n - 1) % n], &b = corners[i], &c = corners[(i + 1) % n],
                   &d = corners[(i + 2) % n];
        for (int step = 0; step < 12; ++step) {
            const float t = static_cast<float>(step) / 12;
            const auto point = 0.5F * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * (t * t) +
                                       (3 * b - a - 3 * c + d) * (t * t * t));
            outline.emplace_back(point * static_cast<float>(kOversampling));
        }
    }
    return outline;
}

/// Mirrored at the picture's middle, so that half an outline makes a whole one.
Points symmetric(Points half) {
    for (auto i = static_cast<std::ptrdiff_t>(half.size()) - 1; i >= 0; --i) {
        half.emplace_back(kWidth - half[i].x, half[i].y);
    }
    return half;
}

class Canvas {
  public:
    explicit Canvas(const Colour& paper)
        : pixels_(kHeight * kOversampling, kWidth * kOversampling, CV_8UC3, paper) {}

    void shape(const Points& corners, const Colour& colour) {
        cv::fillPoly(pixels_, std::vector<std::vector<cv::Point>>{smooth(corners)}, colour,
                     cv::LINE_AA);
    }
    void ellipse(cv::Point2f centre, cv::Size2f half, const Colour& colour, double degrees = 0) {
        cv::ellipse(pixels_,
                    {cv::Point2f(centre * static_cast<float>(kOversampling)),
                     cv::Size2f(half.width * 2 * kOversampling, half.height * 2 * kOversampling),
                     static_cast<float>(degrees)},
                    colour, -1, cv::LINE_AA);
    }
    void stroke(const Points& corners, float width, const Colour& colour) {
        std::vector<cv::Point> line;
        for (const auto& corner : corners) {
            line.emplace_back(corner * static_cast<float>(kOversampling));
        }
        cv::polylines(pixels_, line, false, colour, cvRound(width * kOversampling), cv::LINE_AA);
    }
    cv::Mat mask(const Points& corners) const {
        cv::Mat mask(pixels_.size(), CV_8UC1, cv::Scalar(0));
        cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{smooth(corners)}, cv::Scalar(255));
        return mask;
    }
    cv::Mat& pixels() { return pixels_; }

    /// Darkens towards the sides of `mask`, so that flat shapes look round.
    void shade(const cv::Mat& mask, double strength) {
        cv::Mat inner;
        cv::distanceTransform(mask, inner, cv::DIST_L2, 3);
        for (int y = 0; y < pixels_.rows; ++y) {
            for (int x = 0; x < pixels_.cols; ++x) {
                const float depth = inner.at<float>(y, x);
                if (depth <= 0) continue;
                const double light = 1 - strength * std::exp(-depth / 60.0);
                auto& pixel = pixels_.at<cv::Vec3b>(y, x);
                for (auto& value : pixel.val) value = cv::saturate_cast<uchar>(value * light);
            }
        }
    }
    EncodedImage finish() const {
        cv::Mat picture;
        cv::resize(pixels_, picture, {kWidth, kHeight}, 0, 0, cv::INTER_AREA);
        return encode(Pixels::from(picture).image(), ImageFormat::Png);
    }

  private:
    cv::Mat pixels_;
};

void stripes(Canvas& canvas, const cv::Mat& inside, int first, int last, const Colour& colour) {
    constexpr int kPeriod = 64, kBand = 26;
    cv::Mat painted(canvas.pixels().size(), CV_8UC3, colour);
    cv::Mat band = cv::Mat::zeros(inside.size(), CV_8UC1);
    for (int y = first; y < last; y += kPeriod) {
        band.rowRange(y * kOversampling, std::min(band.rows, (y + kBand) * kOversampling))
            .setTo(255);
    }
    band &= inside;
    painted.copyTo(canvas.pixels(), band);
}

/// A sun over a wave in a round field.
void chestPrint(Canvas& canvas, cv::Point2f centre) {
    canvas.ellipse(centre, {92, 92}, {250, 246, 236});
    canvas.ellipse(centre, {84, 84}, {24, 62, 110});
    canvas.ellipse(centre + cv::Point2f(0, -6), {40, 40}, {247, 181, 56});
    Points wave;
    for (int i = 0; i <= 24; ++i) {
        const float x = -62 + 124.0F * static_cast<float>(i) / 24;
        wave.emplace_back(centre.x + x, centre.y + 30 + 9 * std::sin(x / 10));
    }
    canvas.stroke(wave, 9, {250, 246, 236});
    for (auto& point : wave) {
        point.y += 20;
    }
    canvas.stroke({wave.begin() + 3, wave.end() - 3}, 8, {226, 86, 62});
}

}  // namespace

EncodedImage drawDefaultGarment() {
    ensureVips();
    Canvas canvas({255, 255, 255});
    const Colour cloth(244, 241, 233), stripe(38, 84, 140), collar(28, 58, 100);
    const auto body = symmetric(
        {{300, 128}, {222, 160}, {206, 300}, {210, 560}, {202, 900}, {300, 914}, {380, 917}});
    const auto sleeve =
        Points{{240, 152}, {168, 214}, {92, 372}, {140, 404}, {206, 418}, {232, 340}, {262, 220}};
    auto other_sleeve = sleeve;
    for (auto& point : other_sleeve) {
        point.x = kWidth - point.x;
    }
    for (const auto& part : {sleeve, other_sleeve, body}) {
        canvas.shape(part, cloth);
        stripes(canvas, canvas.mask(part), 172, 900, stripe);
        canvas.shade(canvas.mask(part), 0.22);
    }
    canvas.ellipse({384, 128}, {88, 52}, collar);
    canvas.ellipse({384, 118}, {72, 42}, {214, 209, 198});
    canvas.shape({{296, 60}, {472, 60}, {470, 116}, {384, 122}, {298, 116}}, {255, 255, 255});
    chestPrint(canvas, {384, 410});
    return canvas.finish();
}

EncodedImage drawDefaultFigure() {
    ensureVips();
    Canvas canvas({226, 230, 233});
    const Colour skin(224, 172, 140), shadow(204, 150, 118), hair(74, 50, 38), top(150, 160, 168),
        trousers(58, 66, 92);
    const auto arm = [](float side) {
        Points points{{244, 292}, {206, 360}, {190, 470}, {176, 600}, {168, 716},
                      {204, 722}, {226, 610}, {246, 480}, {268, 380}};
        for (auto& point : points) {
            point.x = side < 0 ? point.x : kWidth - point.x;
        }
        return points;
    };
    canvas.shape(symmetric({{352, 30}, {296, 62}, {276, 140}, {284, 236}, {330, 250}}), hair);
    for (const float side : {-1.0F, 1.0F}) {
        const float hand = side < 0 ? 184.0F : kWidth - 184.0F;
        canvas.shape(arm(side), skin);
        canvas.ellipse({hand, 744}, {24, 44}, skin, side * 6);
        canvas.shade(canvas.mask(arm(side)), 0.18);
    }
    canvas.shape(symmetric({{346, 200}, {342, 262}, {306, 286}, {350, 330}}), shadow);
    const auto legs =
        symmetric({{272, 640}, {262, 760}, {258, 900}, {256, 1060}, {372, 1060}, {380, 800}});
    canvas.shape(legs, trousers);
    canvas.shade(canvas.mask(legs), 0.25);
    const auto shirt = symmetric({{336, 274},
                                  {262, 288},
                                  {200, 362},
                                  {196, 430},
                                  {262, 440},
                                  {274, 520},
                                  {268, 690},
                                  {384, 700}});
    canvas.shape(shirt, top);
    canvas.shade(canvas.mask(shirt), 0.25);
    canvas.ellipse({384, 274}, {50, 26}, shadow);
    const auto face = symmetric({{366, 66}, {318, 96}, {310, 158}, {330, 212}, {366, 244}});
    canvas.shape(face, skin);
    canvas.shade(canvas.mask(face), 0.12);
    canvas.shape(symmetric({{372, 52}, {316, 76}, {306, 150}, {326, 112}, {360, 92}}), hair);
    for (const float x : {352.0F, 416.0F}) {
        canvas.ellipse({x, 150}, {14, 7}, {250, 250, 248});
        canvas.ellipse({x, 150}, {6, 6}, {58, 40, 30});
        canvas.stroke({{x - 18, 132}, {x, 127}, {x + 18, 131}}, 5, hair);
    }
    canvas.stroke({{384, 156}, {378, 186}, {388, 190}}, 3, shadow);
    canvas.stroke({{362, 214}, {376, 218}, {392, 218}, {406, 214}}, 6, {178, 84, 80});
    return canvas.finish();
}

}  // namespace atelier::imaging
