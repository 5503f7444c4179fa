#include "imaging/face_finder.h"

#include <filesystem>
#include <memory>
#include <opencv2/imgproc.hpp>

#include "util/scope_exit.h"

namespace atelier::imaging {
namespace {

constexpr const char* kFrontal = "/haarcascade_frontalface_alt2.xml";
constexpr const char* kProfile = "/haarcascade_profileface.xml";
constexpr int kNeighbours = 4;
constexpr int kFaceSearched =
    320;  // pixels of the longest side: enough for faces of a sixteenth of it

/// Share of skin-coloured pixels; 1 in black-and-white photos, where colour says nothing.
double skinShare(const cv::Mat& rgb, const cv::Rect& box) {
    cv::Mat ycrcb, skin;
    cv::cvtColor(rgb(box & cv::Rect({}, rgb.size())), ycrcb, cv::COLOR_RGB2YCrCb);
    cv::Scalar mean, deviation;
    cv::meanStdDev(ycrcb, mean, deviation);
    if (std::abs(mean[1] - 128) + std::abs(mean[2] - 128) + deviation[1] + deviation[2] < 4) {
        return 1;
    }
    cv::inRange(ycrcb, cv::Scalar(30, 130, 77), cv::Scalar(255, 180, 140), skin);
    return cv::mean(skin)[0] / 255;
}

struct Effort {
    double step;  ///< between sizes that are tried
    int least;    ///< smallest face, as a fraction of the shorter side
};
constexpr Effort kThorough{1.1, 16}, kQuick{1.2, 12};

int leastFace(const cv::Mat& grey, Effort effort) {
    return std::max(20, std::min(grey.cols, grey.rows) / effort.least);
}

std::vector<cv::Rect> detect(cv::CascadeClassifier& detector, const cv::Mat& grey, Effort effort) {
    std::vector<cv::Rect> boxes;
    const int least = leastFace(grey, effort);
    detector.detectMultiScale(grey, boxes, effort.step, kNeighbours, 0, {least, least});
    return boxes;
}

/// Large ones, those high up and of skin colour preferred: patterns on clothes look like faces,
/// too. At most kScorePerPixel × the width.
double scoreOf(const cv::Mat& rgb, const cv::Rect& box) {
    const double height = 1 - 0.8 * (box.y + box.height / 2.0) / rgb.rows;
    return box.width * height * (0.4 + skinShare(rgb, box));
}
constexpr double kScorePerPixel = 1.4;

std::optional<Face> best(const cv::Mat& rgb, const std::vector<cv::Rect>& boxes) {
    double best_score = 0;
    std::optional<Face> face;
    for (const auto& box : boxes) {
        const double score = scoreOf(rgb, box);
        if (score > best_score) {
            best_score = score;
            face = Face{cv::Rect2f(box), 0, false, 0};
        }
    }
    if (face) {
        for (const auto& box : boxes) {
            const bool same = (cv::Rect2f(box) & face->box).area() > 0.3F * box.area();
            face->others +=
                !same && box.width * 2 > face->box.width && skinShare(rgb, box) > 0.4 ? 1 : 0;
        }
    }
    return face;
}

/// The best of all boxes. Small windows cost most: they are tried only while a face that small
/// could still be better than what was found, or count as another one.
std::optional<Face> findBest(cv::CascadeClassifier& detector, const cv::Mat& rgb,
                             const cv::Mat& grey, Effort effort) {
    constexpr double kAlike = 0.2;  // what detectMultiScale itself groups by
    std::vector<cv::Rect> windows, found;
    std::optional<Face> face;
    int most = std::min(grey.cols, grey.rows);
    for (const double times : {3.0, 1.5, 1.0}) {
        const int least = cvRound(leastFace(grey, effort) * times);
        if (least > most) {
            continue;
        }
        detector.detectMultiScale(grey, found, effort.step, 0, 0, {least, least}, {most, most});
        windows.insert(windows.end(), found.begin(), found.end());
        auto boxes = windows;
        cv::groupRectangles(boxes, kNeighbours, kAlike);
        face = best(rgb, boxes);
        if (face && face->box.width >= 2.0F * static_cast<float>(least) &&
            scoreOf(rgb, cv::Rect(face->box)) >= kScorePerPixel * least) {
            break;
        }
        most = least - 1;
    }
    return face;
}

std::optional<Face> findTilted(cv::CascadeClassifier& detector, const cv::Mat& rgb,
                               const cv::Mat& grey, float degrees) {
    const cv::Point2f centre(grey.cols / 2.0F, grey.rows / 2.0F);
    const auto turn = cv::getRotationMatrix2D(centre, degrees, 1);
    cv::Mat turned_grey, turned_rgb;
    cv::warpAffine(grey, turned_grey, turn, grey.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    cv::warpAffine(rgb, turned_rgb, turn, rgb.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    auto face = findBest(detector, turned_rgb, turned_grey, kQuick);
    if (!face) {
        return face;
    }
    cv::Mat back;
    cv::invertAffineTransform(turn, back);
    const cv::Mat middle = (cv::Mat_<double>(3, 1) << face->box.x + face->box.width / 2,
                            face->box.y + face->box.height / 2, 1);
    const cv::Mat moved = back * middle;
    face->box.x = static_cast<float>(moved.at<double>(0)) - face->box.width / 2;
    face->box.y = static_cast<float>(moved.at<double>(1)) - face->box.height / 2;
    face->tilt = degrees;
    return face;
}

std::optional<Face> findProfile(cv::CascadeClassifier& detector, const cv::Mat& rgb,
                                const cv::Mat& grey) {
    auto boxes = detect(detector, grey, kQuick);
    cv::Mat mirrored;
    cv::flip(grey, mirrored, 1);
    for (auto box : detect(detector, mirrored, kQuick)) {
        box.x = grey.cols - box.x - box.width;
        boxes.push_back(box);
    }
    auto face = best(rgb, boxes);
    if (face) {
        face->profile = true;
    }
    return face;
}

}  // namespace

FaceFinder::FaceFinder(std::string folder) : folder_(std::move(folder)) {
    available_ =
        std::filesystem::exists(folder_ + kFrontal) && std::filesystem::exists(folder_ + kProfile);
}

std::unique_ptr<FaceFinder::Detectors> FaceFinder::borrow() const {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto detectors = std::move(idle_.back());
            idle_.pop_back();
            return detectors;
        }
    }
    auto detectors = std::make_unique<Detectors>();
    detectors->frontal.load(folder_ + kFrontal);
    detectors->profile.load(folder_ + kProfile);
    return detectors;
}

void FaceFinder::giveBack(std::unique_ptr<Detectors> detectors) const {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(detectors));
}

std::optional<Face> FaceFinder::find(const cv::Mat& rgb) const {
    if (!available_) {
        return std::nullopt;
    }
    const double factor =
        std::min(1.0, static_cast<double>(kFaceSearched) / std::max(rgb.cols, rgb.rows));
    cv::Mat small = rgb;
    if (factor < 1) {
        cv::resize(rgb, small, {}, factor, factor, cv::INTER_AREA);
    }
    auto detectors = borrow();
    const ScopeExit give_back([&] { giveBack(std::move(detectors)); });
    auto face = search(*detectors, small);
    if (face) {
        const auto enlarge = static_cast<float>(1 / factor);
        face->box = {face->box.x * enlarge, face->box.y * enlarge, face->box.width * enlarge,
                     face->box.height * enlarge};
    }
    return face;
}

std::optional<Face> FaceFinder::search(Detectors& detectors, const cv::Mat& rgb) {
    cv::Mat grey;
    cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
    cv::equalizeHist(grey, grey);
    if (auto face = findBest(detectors.frontal, rgb, grey, kThorough);
        face && skinShare(rgb, face->box) > 0.3) {
        return face;
    }
    for (const float degrees : {20.0F, -20.0F}) {
        if (auto face = findTilted(detectors.frontal, rgb, grey, degrees);
            face && skinShare(rgb, face->box) > 0.4) {
            return face;
        }
    }
    auto profile = findProfile(detectors.profile, rgb, grey);
    return profile && skinShare(rgb, profile->box) > 0.5 ? profile : std::nullopt;
}

}  // namespace atelier::imaging
