#pragma once

#include <initializer_list>
#include <opencv2/core.hpp>
#include <vector>

namespace atelier::imaging {

/// How often each colour occurs in a region: a smoothed histogram of an 8-bit Lab picture.
class ColourModel {
  public:
    /// `where`: 8 bit, not 0 = belongs to the region.
    ColourModel(const cv::Mat& lab, const cv::Mat& where);

    bool empty() const { return empty_; }
    /// 0 (same colours) … 1 (nothing in common); 0 when one of the two has no pixels. Source:
    /// Bhattacharyya.
    double difference(const ColourModel& other) const;
    /// 255 where a pixel's colour is `ratio` times likelier here than in each of `others`.
    cv::Mat likelier(const cv::Mat& lab, std::initializer_list<const ColourModel*> others,
                     double ratio) const;

  private:
    static int cell(const cv::Vec3b& lab);
    std::vector<float> share_;
    bool empty_ = true;
};

/// Skin by colour, 8 bit, 255 = skin: as in `sample` (a part of the face or neck) if there is skin
/// in it, otherwise what is usual.
cv::Mat skinMask(const cv::Mat& rgb, const cv::Rect& sample);

}  // namespace atelier::imaging
