#include "emulator/paint/cloth.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "emulator/paint/retouch.h"
#include "emulator/paint/shrink.h"

namespace atelier::emulator::paint {

namespace {

// Pixels of the longer side for slow steps, and for the slowest.
constexpr int kSmallCloth = 112, kSmallestCloth = 80;
constexpr int kLargestCloth = 640;  // on a megapixel it is worn no larger

/// Cuts away the rim of one colour that a letterboxed photo has around it, but for a margin.
cv::Rect withoutRim(const cv::Mat& photo) {
    cv::Mat difference, grey;
    cv::absdiff(photo, cv::Scalar(photo.at<cv::Vec3b>(0, 0)), difference);
    cv::cvtColor(difference, grey, cv::COLOR_RGB2GRAY);
    const auto content = cv::boundingRect(grey > 6);
    const int margin = std::max(2, std::max(photo.cols, photo.rows) / 24);
    const cv::Rect wider(content.x - margin, content.y - margin, content.width + 2 * margin,
                         content.height + 2 * margin);
    return content.empty() ? cv::Rect({}, photo.size()) : wider & cv::Rect({}, photo.size());
}

/// White where the colour is not that of a plain rim; empty when the rim is not plain
/// or the garment has its colour.
cv::Mat againstPlainRim(const cv::Mat& photo) {
    cv::Mat lab, similar, rim(photo.size(), CV_8UC1, cv::Scalar(255));
    cv::cvtColor(photo, lab, cv::COLOR_RGB2Lab);
    const int width = std::max(1, photo.cols / 40);
    rim(cv::Rect(width, width, photo.cols - 2 * width, photo.rows - 2 * width)).setTo(0);
    cv::Scalar mean, deviation;
    cv::meanStdDev(lab, mean, deviation, rim);
    if (deviation[0] > 5 || deviation[1] > 3 || deviation[2] > 3) return {};
    const cv::Scalar reach = cv::Scalar::all(7) + 2 * deviation;
    cv::inRange(lab, mean - reach, mean + reach, similar);
    return cv::countNonZero(~similar) * 12 < static_cast<int>(similar.total()) ? cv::Mat{}
                                                                               : cv::Mat(~similar);
}

/// White inside the outer contours of `mask`.
void fillHoles(cv::Mat& mask) {
    std::vector<std::vector<cv::Point>> contours;
    cv::findContours(mask, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
    cv::drawContours(mask, contours, -1, cv::Scalar(255), cv::FILLED);
}

/// GrabCut from the assumption that the rim is background.
cv::Mat cutOut(const cv::Mat& photo) {
    cv::Mat labels, background, foreground;
    const int rim = std::max(1, std::min(photo.cols, photo.rows) / 32);
    const cv::Rect inner(rim, rim, photo.cols - 2 * rim, photo.rows - 2 * rim);
    cv::theRNG().state = 1;  // GrabCut throws dice of the thread
    cv::grabCut(photo, labels, inner, background, foreground, 1, cv::GC_INIT_WITH_RECT);
    return (labels & 1) * 255;
}

/// White where the garment is.
cv::Mat segment(const cv::Mat& photo) {
    cv::Mat mask = againstPlainRim(shrunk(photo, 4 * kSmallCloth));
    if (mask.empty()) mask = cutOut(shrunk(photo, kSmallestCloth));
    cv::morphologyEx(mask, mask, cv::MORPH_OPEN,
                     cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3}));
    fillHoles(mask);
    const double share = cv::countNonZero(mask) / static_cast<double>(mask.total());
    if (share < 0.04 || share > 0.92) {
        mask.setTo(0);
        mask(cv::Rect(mask.cols / 6, mask.rows / 6, mask.cols * 2 / 3, mask.rows * 2 / 3))
            .setTo(255);
    }
    return mask;
}

cv::Mat skinIn(const cv::Mat& rgb) {
    cv::Mat ycrcb, skin;
    cv::cvtColor(rgb, ycrcb, cv::COLOR_RGB2YCrCb);
    cv::inRange(ycrcb, cv::Scalar(50, 136, 84), cv::Scalar(250, 172, 126), skin);
    cv::morphologyEx(skin, skin, cv::MORPH_OPEN,
                     cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3}));
    return skin;
}

/// White where the colour is that of the picture's left and right rim, if that is plain.
cv::Mat plainBackgroundIn(const cv::Mat& rgb, const cv::Mat& mask) {
    cv::Mat out(rgb.size(), CV_8UC1, cv::Scalar(0));
    cv::Mat lab;
    cv::cvtColor(rgb, lab, cv::COLOR_RGB2Lab);
    for (const bool left : {true, false}) {
        const int width = std::max(1, rgb.cols / 32);
        const cv::Rect rim(left ? 0 : rgb.cols - width, 0, width, rgb.rows * 2 / 3);
        cv::Scalar mean, deviation;
        cv::meanStdDev(lab(rim), mean, deviation, ~mask(rim));
        if (deviation[0] > 12 || deviation[1] > 5 || deviation[2] > 5) continue;
        cv::Mat similar;
        const cv::Scalar reach(14 + 2 * deviation[0], 7, 7);
        cv::inRange(lab, mean - reach, mean + reach, similar);
        out |= similar;
    }
    cv::morphologyEx(out, out, cv::MORPH_OPEN,
                     cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3}));
    return out;
}

/// The part of `background` that is seen past the person: not a spot of its colour on the clothes.
cv::Mat openBackground(const cv::Mat& background, const cv::Mat& mask) {
    cv::Mat labels, out(background.size(), CV_8UC1, cv::Scalar(0));
    const cv::Mat around = background | ~mask;
    const int count = cv::connectedComponents(around, labels);
    std::vector<bool> open(static_cast<std::size_t>(count), false);
    for (int y = 0; y < mask.rows; ++y)
        for (int x = 0; x < mask.cols; ++x)
            if (mask.at<uchar>(y, x) == 0) open[labels.at<int>(y, x)] = true;
    for (int y = 0; y < mask.rows; ++y)
        for (int x = 0; x < mask.cols; ++x)
            if (background.at<uchar>(y, x) != 0 && open[labels.at<int>(y, x)])
                out.at<uchar>(y, x) = 255;
    return out;
}

/// Only the large pieces.
void dropSpecks(cv::Mat& mask) {
    cv::Mat labels, stats, centres;
    const int count = cv::connectedComponentsWithStats(mask, labels, stats, centres);
    const int total = cv::countNonZero(mask);
    for (int i = 1; i < count; ++i)
        if (stats.at<int>(i, cv::CC_STAT_AREA) * 25 < total) mask.setTo(0, labels == i);
}

/// Light and dark of the folds, about 1; printed patterns hardly show.
cv::Mat foldsOf(const cv::Mat& rgb) {
    // Both are blurs, so that a quarter of the size loses nothing.
    cv::Mat grey, fine, coarse, folds;
    cv::cvtColor(rgb, fine, cv::COLOR_RGB2GRAY);
    cv::resize(fine, grey, {}, 0.25, 0.25, cv::INTER_AREA);
    grey.convertTo(grey, CV_32F, 1, 16);
    const double size = std::max(rgb.cols, rgb.rows);
    cv::GaussianBlur(grey, fine, {}, size / 640);
    cv::resize(grey, coarse, {}, 0.5, 0.5, cv::INTER_AREA);
    cv::GaussianBlur(coarse, coarse, {}, size / 160);
    cv::resize(coarse, coarse, grey.size());
    cv::min(cv::max(fine / coarse, 0.82), 1.12, folds);
    cv::resize(folds, folds, rgb.size());
    return folds;
}

/// How far each pixel inside `mask` is from its edge, to a few pixels.
cv::Mat depthIn(const cv::Mat& mask) {
    constexpr double kScale = 0.25;
    cv::Mat small, depth;
    cv::resize(mask, small, {}, kScale, kScale, cv::INTER_AREA);
    cv::distanceTransform(small > 127, depth, cv::DIST_L2, 3);
    cv::resize(depth, depth, mask.size());
    return depth / kScale;
}

}  // namespace

cv::Rect boxOf(const cv::Mat& mask) {
    const auto span = [&](int axis) {
        cv::Mat sums;
        cv::reduce(mask, sums, axis, cv::REDUCE_SUM, CV_32S);
        const int length = static_cast<int>(sums.total());
        const double total = cv::sum(sums)[0];
        constexpr double kStray = 0.004;
        double seen = 0;
        int first = 0, last = length - 1;
        for (int i = 0; i < length; ++i) {
            const double before = seen;
            seen += sums.at<int>(i);
            if (before <= total * kStray && seen > total * kStray) first = i;
            if (before < total * (1 - kStray) && seen >= total * (1 - kStray)) last = i;
        }
        return std::pair{first, last - first + 1};
    };
    const auto [left, width] = span(0);
    const auto [top, height] = span(1);
    return {left, top, width, height};
}

Cloth findCloth(const cv::Mat& photo) {
    const cv::Mat sized = shrunk(photo, kLargestCloth);
    const cv::Mat inner = sized(withoutRim(sized));
    const cv::Mat small_mask = segment(inner);
    cv::Mat mask;
    cv::resize(small_mask, mask, inner.size(), 0, 0, cv::INTER_LINEAR);
    mask = mask > 127;
    const auto box = boxOf(mask);
    cv::Mat solid, carried;
    cv::erode(mask, solid, cv::Mat(), {-1, -1}, std::max(1, inner.cols / 250));
    // Beyond its edge the garment is carried on; coarse is fine there.
    const auto small = shrunk(inner, kSmallCloth);
    cv::Mat small_solid;
    cv::resize(solid, small_solid, small.size(), 0, 0, cv::INTER_AREA);
    small_solid = small_solid == 255;
    cv::resize(closed(small, small_solid), carried, inner.size(), 0, 0, cv::INTER_LINEAR);
    inner.copyTo(carried, solid);
    return {carried, box, mask};
}

Cloth plainCloth(const Colour& colour) {
    return {cv::Mat(64, 64, CV_8UC3, colour), {0, 0, 64, 64}, {}};
}

cv::Mat clothedPart(const cv::Mat& person, const cv::Mat& mask, Around around) {
    const auto small = shrunk(person, 512);
    cv::Mat small_mask;
    cv::resize(shrunk(mask, 512), small_mask, small.size(), 0, 0, cv::INTER_NEAREST);
    small_mask = small_mask > 127;
    cv::Mat part = small_mask.clone(), background(small.size(), CV_8UC1, cv::Scalar(0));
    if (around == Around::SkinAndBackground) background = plainBackgroundIn(small, small_mask);
    part.setTo(0, background);
    const auto skin = skinIn(small);
    cv::Mat without_skin = part.clone();
    without_skin.setTo(0, skin);
    // Clothes of the colour of skin: better all of them than none.
    if (cv::countNonZero(without_skin) * 2 > cv::countNonZero(part)) part = without_skin;
    const auto round = [](int size) {
        return cv::getStructuringElement(cv::MORPH_ELLIPSE, {size, size});
    };
    cv::morphologyEx(part, part, cv::MORPH_CLOSE, round(7));
    part.setTo(0, openBackground(background, small_mask));  // narrow gaps were closed, too
    cv::morphologyEx(part, part, cv::MORPH_OPEN, round(11));
    part &= small_mask;
    if (cv::countNonZero(part) > 0) dropSpecks(part);
    if (cv::countNonZero(part) * 5 < cv::countNonZero(small_mask)) return mask.clone();
    cv::Mat out;
    cv::resize(part, out, mask.size(), 0, 0, cv::INTER_LINEAR);
    cv::threshold(out, out, 127, 255, cv::THRESH_BINARY);
    return out & mask;
}

void dress(cv::Mat& whole, const cv::Mat& whole_mask, const Cloth& cloth, Cut cut) {
    if (cv::countNonZero(whole_mask) == 0) return;
    constexpr int kMargin = 24;
    const auto tight = cv::boundingRect(whole_mask);
    const auto area = (tight + cv::Size(2 * kMargin, 2 * kMargin) - cv::Point(kMargin, kMargin)) &
                      cv::Rect({}, whole.size());
    cv::Mat person = whole(area);
    cv::Mat where = whole_mask(area).clone();
    const auto target = boxOf(where);
    const double x_scale = static_cast<double>(cloth.box.width) / target.width;
    const double y_scale = static_cast<double>(cloth.box.height) / target.height;
    const cv::Matx23d back(x_scale, 0, cloth.box.x - x_scale * target.x, 0, y_scale,
                           cloth.box.y - y_scale * target.y);
    cv::Mat worn, alpha;
    cv::warpAffine(cloth.rgb, worn, back, person.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                   cv::BORDER_REPLICATE);
    if (cut == Cut::AsItIs && !cloth.shape.empty()) {
        cv::Mat outline;
        cv::warpAffine(cloth.shape, outline, back, person.size(),
                       cv::INTER_LINEAR | cv::WARP_INVERSE_MAP);
        where.setTo(0, outline < 128);
    }
    const auto folds = foldsOf(person);
    const auto depth = depthIn(where);
    cv::GaussianBlur(where, alpha, {}, 1.2);
    const float rim = static_cast<float>(std::max(target.width, target.height)) / 24;
    for (int y = 0; y < person.rows; ++y) {
        auto* pixel = person.ptr<cv::Vec3b>(y);
        const auto* inside = where.ptr<uchar>(y);
        const auto* cover = alpha.ptr<uchar>(y);
        const auto* cloth_pixel = worn.ptr<cv::Vec3b>(y);
        for (int x = 0; x < person.cols; ++x) {
            if (inside[x] == 0) continue;
            const float a = static_cast<float>(cover[x]) / 255;
            const float edge = std::min(1.0F, depth.at<float>(y, x) / rim);
            const float light = folds.at<float>(y, x) * (0.78F + 0.22F * edge) * a;
            for (int band = 0; band < 3; ++band)
                pixel[x][band] =
                    cv::saturate_cast<uchar>(static_cast<float>(pixel[x][band]) * (1 - a) +
                                             static_cast<float>(cloth_pixel[x][band]) * light);
        }
    }
}

}  // namespace atelier::emulator::paint
