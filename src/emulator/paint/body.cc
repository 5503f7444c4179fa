#include "emulator/paint/body.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "emulator/paint/cloth.h"

namespace atelier::emulator::paint {

namespace {

constexpr int kSmall = 128;

std::optional<cv::Rect> findFace(const cv::Mat& rgb) {
    constexpr auto kCascade = "/usr/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml";
    thread_local cv::CascadeClassifier detector{kCascade};
    if (detector.empty()) return std::nullopt;
    const double scale = std::min(1.0, 400.0 / std::max(rgb.cols, rgb.rows));
    cv::Mat grey;
    cv::resize(rgb, grey, {}, scale, scale, cv::INTER_AREA);
    cv::cvtColor(grey, grey, cv::COLOR_RGB2GRAY);
    std::vector<cv::Rect> faces;
    detector.detectMultiScale(grey, faces, 1.15, 4, 0, {20, 20});
    if (faces.empty()) return std::nullopt;
    const auto face =
        *std::ranges::max_element(faces, {}, [](const cv::Rect& each) { return each.area(); });
    return cv::Rect(cvRound(face.x / scale), cvRound(face.y / scale), cvRound(face.width / scale),
                    cvRound(face.height / scale));
}

/// Where a region begins and ends, in shares of the silhouette's height.
std::pair<double, double> byProportion(Region region) {
    switch (region) {
        case Region::Torso:
            return {0.16, 0.52};
        case Region::Legs:
            return {0.46, 0.95};
        case Region::Whole:
            return {0.16, 0.8};
    }
    return {0.16, 0.52};
}

/// The same in heights of the face, from its upper edge.
std::pair<double, double> byFace(Region region) {
    switch (region) {
        case Region::Torso:
            return {1.15, 4.2};
        case Region::Legs:
            return {3.4, 8};
        case Region::Whole:
            return {1.15, 6.6};
    }
    return {1.15, 4.2};
}

}  // namespace

cv::Mat silhouette(const cv::Mat& rgb) {
    const double scale = std::min(1.0, static_cast<double>(kSmall) / std::max(rgb.cols, rgb.rows));
    cv::Mat small, labels, background, foreground;
    cv::resize(rgb, small, {}, scale, scale, cv::INTER_AREA);
    const cv::Rect inner(std::max(1, small.cols / 16), std::max(1, small.rows / 32),
                         small.cols - small.cols / 8, small.rows - std::max(1, small.rows / 32));
    cv::theRNG().state = 1;
    cv::grabCut(small, labels, inner & cv::Rect({}, small.size()), background, foreground, 2,
                cv::GC_INIT_WITH_RECT);
    cv::Mat mask = (labels & 1) * 255, out;
    cv::morphologyEx(mask, mask, cv::MORPH_OPEN,
                     cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3}));
    const double share = cv::countNonZero(mask) / static_cast<double>(mask.total());
    if (share < 0.05 || share > 0.95) {
        mask.setTo(0);
        cv::ellipse(mask, {mask.cols / 2, mask.rows * 6 / 10}, {mask.cols / 4, mask.rows / 2}, 0, 0,
                    360, 255, -1);
    }
    cv::resize(mask, out, rgb.size(), 0, 0, cv::INTER_LINEAR);
    cv::threshold(out, out, 127, 255, cv::THRESH_BINARY);
    return out;
}

cv::Mat bodyPart(const cv::Mat& rgb, Region region) {
    cv::Mat mask = silhouette(rgb);
    const auto body = boxOf(mask);
    int top = 0, bottom = 0;
    if (const auto face = findFace(rgb)) {
        const auto [from, to] = byFace(region);
        top = face->y + cvRound(face->height * from);
        bottom = face->y + cvRound(face->height * to);
        const int reach = face->width * 2;
        const int middle = face->x + face->width / 2;
        mask.colRange(0, std::clamp(middle - reach, 0, mask.cols)).setTo(0);
        mask.colRange(std::clamp(middle + reach, 0, mask.cols), mask.cols).setTo(0);
    } else {
        const auto [from, to] = byProportion(region);
        top = body.y + cvRound(body.height * from);
        bottom = body.y + cvRound(body.height * to);
    }
    mask.rowRange(0, std::clamp(top, 0, mask.rows)).setTo(0);
    mask.rowRange(std::clamp(bottom, 0, mask.rows), mask.rows).setTo(0);
    return mask;
}

}  // namespace atelier::emulator::paint
