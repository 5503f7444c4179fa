#pragma once

#include <mutex>
#include <opencv2/objdetect.hpp>
#include <optional>
#include <string>
#include <vector>

namespace atelier::imaging {

/// A face in a working-size picture.
struct Face {
    cv::Rect2f box;  ///< brow to chin, ear to ear, before turning by `tilt` about its centre
    float tilt = 0;  ///< degrees, clockwise
    bool profile = false;
    int others = 0;  ///< further faces of at least half its width
};

/// Haar cascades behind a pool: OpenCV's detector is not thread-safe, so each call borrows one.
/// Loaded when first needed. Thread-safe.
class FaceFinder {
  public:
    /// `folder` holds haarcascade_frontalface_alt2.xml and haarcascade_profileface.xml.
    explicit FaceFinder(std::string folder);

    bool available() const { return available_; }
    /// The most prominent face of an RGB picture; tries upright, tilted and profile, in this order.
    std::optional<Face> find(const cv::Mat& rgb) const;

  private:
    struct Detectors {
        cv::CascadeClassifier frontal, profile;
    };
    static std::optional<Face> search(Detectors& detectors, const cv::Mat& rgb);
    std::unique_ptr<Detectors> borrow() const;
    void giveBack(std::unique_ptr<Detectors> detectors) const;

    std::string folder_;
    bool available_;
    mutable std::mutex mutex_;
    mutable std::vector<std::unique_ptr<Detectors>> idle_;  // guarded by mutex_
};

}  // namespace atelier::imaging
