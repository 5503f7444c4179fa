#include "emulator/paint/body.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "emulator/paint/cloth.h"
#include "emulator/paint/shrink.h"

namespace atelier::emulator::paint {

namespace {

constexpr int kSmallBody = 80;

std::optional<cv::Rect> findFace(const cv::Mat& rgb) {
    constexpr auto kCascade = "/usr/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml";
    thread_local cv::CascadeClassifier detector{kCascade};
    if (detector.empty()) return std::nullopt;
    const auto small = shrunk(rgb, 200);
    const double scale = static_cast<double>(small.cols) / rgb.cols;
    cv::Mat grey;
    cv::cvtColor(small, grey, cv::COLOR_RGB2GRAY);
    std::vector<cv::Rect> faces;
    detector.detectMultiScale(grey, faces, 1.2, 3, 0, {16, 16});
    if (faces.empty()) return std::nullopt;
    const auto face =
        *std::ranges::max_element(faces, {}, [](const cv::Rect& each) { return each.area(); });
    return cv::Rect(cvRound(face.x / scale), cvRound(face.y / scale), cvRound(face.width / scale),
                    cvRound(face.height / scale));
}

/// Where a region begins, and where about it ends.
struct Span {
    double top = 0;
    double bottom = 0;
    double doubt = 0;
};

/// In shares of the silhouette's height.
Span byProportion(Region region) {
    switch (region) {
        case Region::Torso:
            return {0.13, 0.54, 0.11};
        case Region::Legs:
            return {0.46, 0.9, 0.06};
        case Region::Whole:
            return {0.13, 0.75, 0.1};
    }
    return {};
}

/// In heights of the face, from its upper edge.
Span byFace(Region region) {
    switch (region) {
        case Region::Torso:
            return {1.15, 4.9, 0.9};
        case Region::Legs:
            return {3.4, 8, 0.5};
        case Region::Whole:
            return {1.15, 6.4, 0.8};
    }
    return {};
}

/// Mean colours of bands of rows inside a mask, from sums up to each row.
class BandMeans {
  public:
    BandMeans(const cv::Mat& rgb, const cv::Mat& mask) : upto_(1), count_(1) {
        cv::Mat inside, sums, counts;
        rgb.copyTo(inside, mask);
        cv::reduce(inside, sums, 1, cv::REDUCE_SUM, CV_64F);
        cv::reduce(mask, counts, 1, cv::REDUCE_SUM, CV_64F);
        for (int y = 0; y < rgb.rows; ++y) {
            upto_.push_back(upto_.back() + sums.at<cv::Vec3d>(y));
            count_.push_back(count_.back() + counts.at<double>(y) / 255);
        }
    }
    /// Black where the mask is empty.
    cv::Vec3d operator()(int from, int to) const {
        const double count = count_[to] - count_[from];
        return count == 0 ? cv::Vec3d{} : (upto_[to] - upto_[from]) / count;
    }

  private:
    std::vector<cv::Vec3d> upto_;
    std::vector<double> count_;
};

/// The row between `from` and `to` where the colour inside `mask` changes most: the
/// hem. Halfway when the range is empty.
int seam(const cv::Mat& rgb, const cv::Mat& mask, int from, int to) {
    const int reach = std::max(3, rgb.rows / 60);
    const int first = std::max(from, reach), last = std::min(to, rgb.rows - reach);
    int best = (from + to) / 2;
    if (first >= last) return best;
    const cv::Range rows(first - reach, last + reach);
    const BandMeans mean(rgb.rowRange(rows), mask.rowRange(rows));
    double most = 0;
    for (int y = first; y < last; ++y) {
        const int at = y - rows.start;
        const double step = cv::norm(mean(at - reach, at) - mean(at, at + reach));
        if (step > most) {
            most = step;
            best = y;
        }
    }
    return best;
}

}  // namespace

cv::Mat silhouette(const cv::Mat& rgb) {
    const auto small = shrunk(rgb, kSmallBody);
    cv::Mat labels, background, foreground;
    // People reach the upper and the lower rim, seldom those at the sides.
    const int rim = std::max(1, small.cols / 16);
    const cv::Rect inner(rim, 0, small.cols - 2 * rim, small.rows);
    cv::theRNG().state = 1;
    cv::grabCut(small, labels, inner, background, foreground, 2, cv::GC_INIT_WITH_RECT);
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
    Span span = byProportion(region);
    double unit = body.height;
    int origin = body.y;
    if (const auto face = findFace(rgb)) {
        span = byFace(region);
        unit = face->height;
        origin = face->y;
        const int reach = face->width * 2;
        const int middle = face->x + face->width / 2;
        mask.colRange(0, std::clamp(middle - reach, 0, mask.cols)).setTo(0);
        mask.colRange(std::clamp(middle + reach, 0, mask.cols), mask.cols).setTo(0);
    }
    const auto row = [&](double share) {
        return std::clamp(origin + cvRound(unit * share), 0, mask.rows);
    };
    const int top = row(span.top);
    const int bottom =
        seam(rgb, mask, row(span.bottom - span.doubt), row(span.bottom + span.doubt));
    mask.rowRange(0, top).setTo(0);
    mask.rowRange(bottom, mask.rows).setTo(0);
    return mask;
}

}  // namespace atelier::emulator::paint
