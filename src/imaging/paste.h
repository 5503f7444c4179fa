#pragma once

#include <mutex>
#include <opencv2/core.hpp>
#include <vector>
#include <vips/vips8>

#include "imaging/align.h"
#include "imaging/matte.h"

namespace atelier::imaging {

/// What is pasted, at the size of the answer, and how it maps to the person.
struct Patch {
    cv::Mat pixels;  ///< RGB, the person's part of the answer, its colours corrected
    Alignment alignment;
    Matte matte{};  ///< where the photo gets another background; of any size
};

/// A patch on its way into a photo, through an opacity of the photo's size.
class Paste {
  public:
    /// `target`, RGB or RGBA, is written to; pixels of opacity 0 stay as they are, bit for bit.
    Paste(const Patch& patch, const cv::Mat& opacity, cv::Mat& target);
    ~Paste();
    Paste(const Paste&) = delete;

    /// The photo as a pipeline that pastes each band of rows when it is first asked for: whoever
    /// encodes it need not wait for the whole. Once it has run, `target` has the result. Valid
    /// while this lives.
    vips::VImage image();

  private:
    struct Band {
        std::once_flag pasted;
    };

    static int generate(VipsRegion* out, void*, void* self, void*, gboolean*);
    void pasteRows(int top, int bottom);
    void pasteBand(int top) const;
    void pasteTile(cv::Rect tile) const;
    void mixTile(cv::Rect tile, const cv::Mat& fresh, cv::Mat& target) const;

    const cv::Mat opacity_;
    cv::Mat target_;
    const cv::Rect box_;     ///< outside nothing is pasted
    cv::Mat pixels_;         ///< the part of the patch that is needed
    cv::Matx33d to_pixels_;  ///< from the target's pixels
    int interpolation_ = 0;
    const Matte matte_;
    std::vector<Band> bands_;
};

}  // namespace atelier::imaging
