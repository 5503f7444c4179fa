#include "emulator/paint/shape.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace atelier::emulator::paint {

namespace {

constexpr int kShift = 4;
constexpr int kStepsPerSpan = 10;

/// Catmull-Rom spline through the points.
Outline smooth(const Outline& points, bool closed) {
    Outline out;
    const int count = static_cast<int>(points.size());
    const int spans = closed ? count : count - 1;
    const auto point = [&](int i) {
        return closed ? points[static_cast<std::size_t>((i + count) % count)]
                      : points[static_cast<std::size_t>(std::clamp(i, 0, count - 1))];
    };
    for (int i = 0; i < spans; ++i) {
        const auto a = point(i - 1), b = point(i), c = point(i + 1), d = point(i + 2);
        for (int step = 0; step < kStepsPerSpan; ++step) {
            const double t = static_cast<double>(step) / kStepsPerSpan;
            out.push_back(0.5 * (2 * b + t * (c - a) + t * t * (2 * a - 5 * b + 4 * c - d) +
                                 t * t * t * (3 * b - a - 3 * c + d)));
        }
    }
    if (!closed) out.push_back(points.back());
    return out;
}

std::vector<cv::Point> fixedPoint(const Outline& points, cv::Point2d origin) {
    std::vector<cv::Point> out;
    for (const auto& point : points)
        out.emplace_back(static_cast<int>(std::lround((point.x - origin.x) * (1 << kShift))),
                         static_cast<int>(std::lround((point.y - origin.y) * (1 << kShift))));
    return out;
}

cv::Rect boxOf(const Outline& points, double margin, cv::Size canvas) {
    const auto [left, right] = std::ranges::minmax(points, {}, &cv::Point2d::x);
    const auto [top, bottom] = std::ranges::minmax(points, {}, &cv::Point2d::y);
    const cv::Point low(static_cast<int>(std::floor(left.x - margin)),
                        static_cast<int>(std::floor(top.y - margin)));
    const cv::Point high(static_cast<int>(std::ceil(right.x + margin)),
                         static_cast<int>(std::ceil(bottom.y + margin)));
    return cv::Rect(low, high) & cv::Rect({}, canvas);
}

/// A wide blur is made on a smaller copy.
cv::Mat blurred(const cv::Mat& mask, double sigma) {
    constexpr double kWide = 3;
    cv::Mat out;
    const double scale = kWide / sigma;
    if (scale >= 1 || std::min(mask.cols, mask.rows) * scale < 4) {
        cv::GaussianBlur(mask, out, {}, sigma, sigma, cv::BORDER_REPLICATE);
        return out;
    }
    cv::resize(mask, out, {}, scale, scale, cv::INTER_AREA);
    cv::GaussianBlur(out, out, {}, kWide, kWide, cv::BORDER_REPLICATE);
    cv::resize(out, out, mask.size(), 0, 0, cv::INTER_LINEAR);
    return out;
}

}  // namespace

void fillPolygon(cv::Mat& rgb, const Outline& points, const Colour& colour, const Finish& finish) {
    const auto box = boxOf(points, 2 + 3 * finish.softness, rgb.size());
    if (box.empty()) return;
    cv::Mat mask(box.size(), CV_8UC1, cv::Scalar(0));
    cv::fillPoly(mask, std::vector{fixedPoint(points, box.tl())}, cv::Scalar(255), cv::LINE_AA,
                 kShift);
    const cv::Mat depth = finish.roundness > 0.5 ? blurred(mask, finish.roundness) : cv::Mat{};
    const cv::Mat alpha = finish.softness > 0.3 ? blurred(mask, finish.softness) : mask;
    const auto strength = static_cast<float>(finish.opacity / 255);
    const auto depth_share = static_cast<float>(finish.depth);
    const cv::Vec3f tint(static_cast<float>(colour[0]), static_cast<float>(colour[1]),
                         static_cast<float>(colour[2]));
    for (int y = 0; y < box.height; ++y) {
        auto* pixel = rgb.ptr<cv::Vec3b>(box.y + y, box.x);
        const auto* cover = alpha.ptr<uchar>(y);
        const auto* inner = depth.empty() ? nullptr : depth.ptr<uchar>(y);
        for (int x = 0; x < box.width; ++x) {
            if (cover[x] == 0) continue;
            const float a = static_cast<float>(cover[x]) * strength;
            // The blurred mask is about 1/2 at the edge and 1 well inside.
            const float light =
                inner == nullptr
                    ? a
                    : a * (1 - depth_share * (2 - static_cast<float>(inner[x]) / 127.5F));
            for (int band = 0; band < 3; ++band)
                pixel[x][band] = cv::saturate_cast<uchar>(
                    static_cast<float>(pixel[x][band]) * (1 - a) + tint[band] * light);
        }
    }
}

void fillCurve(cv::Mat& rgb, const Outline& points, const Colour& colour, const Finish& finish) {
    fillPolygon(rgb, smooth(points, true), colour, finish);
}

void fillEllipse(cv::Mat& rgb, cv::Point2d centre, cv::Size2d radii, const Colour& colour,
                 const Finish& finish) {
    constexpr int kCorners = 48;
    Outline points;
    for (int i = 0; i < kCorners; ++i) {
        const double angle = 2 * CV_PI * i / kCorners;
        points.emplace_back(centre.x + radii.width * std::cos(angle),
                            centre.y + radii.height * std::sin(angle));
    }
    fillPolygon(rgb, points, colour, finish);
}

void stroke(cv::Mat& rgb, const Outline& points, const Colour& colour, double width) {
    const auto line = smooth(points, false);
    const int thickness = std::max(1, static_cast<int>(std::lround(width)));
    cv::polylines(rgb, fixedPoint(line, {}), false, colour, thickness, cv::LINE_AA, kShift);
}

void gradient(cv::Mat& rgb, const Colour& top, const Colour& bottom, int from, int to) {
    for (int y = std::max(from, 0); y < std::min(to, rgb.rows); ++y)
        rgb.row(y).setTo(mix(top, bottom, static_cast<double>(y - from) / std::max(1, to - from)));
}

void label(cv::Mat& rgb, const std::string& text) {
    const double scale = std::max(0.35, std::min(rgb.rows, rgb.cols) / 1400.0);
    int base = 0;
    const auto size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, scale, 1, &base);
    const int margin = size.height / 2;
    const cv::Rect plate = cv::Rect(margin, rgb.rows - size.height - 3 * margin,
                                    size.width + 2 * margin, size.height + 2 * margin) &
                           cv::Rect({}, rgb.size());
    if (plate.empty()) return;
    rgb(plate) = rgb(plate) * 0.45;
    cv::putText(rgb, text, {plate.x + margin, plate.y + margin + size.height - base / 3},
                cv::FONT_HERSHEY_SIMPLEX, scale, Colour(240, 240, 240), 1, cv::LINE_AA);
}

}  // namespace atelier::emulator::paint
