#pragma once

#include <opencv2/core.hpp>

namespace atelier::imaging {

/// The colours on the two sides of an outline, near each pixel: tells the person's pixels from the
/// background's. Mean and spread are measured once, in a smaller picture; thread-safe after that.
class Sides {
  public:
    enum class Verdict {
        Person,
        Background,
        Away,  ///< clearly not the background's colour; whether the person's is not known
        Unknown
    };

    /// `person` and `background` are 255 where it is certain; `window` is how far "near" reaches,
    /// in pixels. Where a window holds nothing of a side, larger ones are looked at. `rgb` must
    /// outlive this.
    Sides(const cv::Mat& rgb, const cv::Mat& person, const cv::Mat& background, int window);

    Verdict at(int y, int x) const;

    /// The very colour of a plain background, or that in a shadow.
    bool shows(int y, int x) const;

    /// Far from the background's colour.
    bool differs(int y, int x) const;

    /// So much of the person has the background's colour here that it says nothing.
    bool doubtful(int y, int x) const;

  private:
    /// Of one side; three floats.
    struct Colours {
        cv::Mat mean, deviation;
    };
    struct Point {
        cv::Vec3f way, difference;  ///< from the background's to the person's, to the pixel's
        float noise = 0, along = 0;
        bool tell = false;  ///< the two sides' colours are well apart
        bool mix = false;   ///< and the person's so much one that shares of it can be told
    };

    static Colours coloursNear(const cv::Mat& rgb, const cv::Mat& where, int window);
    cv::Mat alikeIn(const cv::Mat& small) const;
    Point near(int y, int x) const;

    const cv::Mat& rgb_;
    Colours person_, background_;
    cv::Mat alike_;  ///< share of the person near by that has the background's colour
};

}  // namespace atelier::imaging
