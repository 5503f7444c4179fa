#pragma once

#include <future>
#include <mutex>
#include <opencv2/core.hpp>
#include <vector>
#include <vips/vips8>

#include "imaging/patch.h"

namespace atelier::imaging {

/// A patch that may still be in the making, and fail.
using PatchToCome = std::shared_future<Result<Patch>>;

/// A patch on its way into a photo, through an opacity of the photo's size.
class Paste {
  public:
    /// `target`, RGB or RGBA, is written to; pixels of opacity 0 stay as they are, bit for bit.
    /// Where the photo gets another background, `mask` says where pixels may change; else it is
    /// empty.
    Paste(PatchToCome patch, const cv::Mat& opacity, const cv::Mat& mask, cv::Mat& target);
    ~Paste();
    Paste(const Paste&) = delete;

    /// The photo as a pipeline that pastes each band of rows when it is first asked for: whoever
    /// encodes it need not wait for the whole, and rows that stay as they are not even for the
    /// patch. Once it has run, `target` has the result; it fails when there is no patch. Valid
    /// while this lives.
    vips::VImage image();

    /// Pastes what has not been asked for yet.
    void finish() { pasteRows(0, target_.rows); }

  private:
    struct Band {
        std::once_flag pasted;
    };

    static int generate(VipsRegion* out, void*, void* self, void*, gboolean*);
    /// Waits for the patch. Throws std::runtime_error when there is none.
    void prepare();
    void pasteRows(int top, int bottom);
    void pasteBand(int top);
    void pasteTile(cv::Rect tile) const;
    void mixTile(cv::Rect tile, const cv::Mat& fresh, cv::Mat& target) const;

    const PatchToCome patch_;
    const cv::Mat opacity_, changed_;
    cv::Mat target_;
    const cv::Rect box_;  ///< outside nothing is pasted
    std::vector<Band> bands_;
    // What follows is there once the patch is.
    std::once_flag prepared_;
    cv::Mat pixels_;         ///< the part of the patch that is needed
    cv::Matx33d to_pixels_;  ///< from the target's pixels
    int interpolation_ = 0;
    Matte matte_;
};

}  // namespace atelier::imaging
