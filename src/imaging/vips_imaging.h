#pragma once

#include <memory>
#include <string>

#include "ports/imaging.h"

namespace atelier {

namespace imaging {
class FaceFinder;
class PersonParser;
class RecentPhotos;
}  // namespace imaging

/// Imaging with libvips (codecs, colour, resizing) and OpenCV (masks, alignment). See
/// src/imaging/README.md.
class VipsImaging final : public Imaging {
  public:
    /// Where Debian's package opencv-data keeps its face detectors.
    static constexpr std::string_view kCascades = "/usr/share/opencv4/haarcascades";

    /// `vips_threads`: threads per picture, ≥ 1. Without the files in `cascades` faces are not
    /// found and masks rest on the silhouette alone; `facesAvailable` tells. `mask_model`: an ONNX
    /// network that labels people's pixels, preferred for masks (see parser.h); empty = none.
    /// Throws std::runtime_error when libvips cannot start or the model cannot be used.
    explicit VipsImaging(int vips_threads, std::string cascades = std::string(kCascades),
                         const std::string& mask_model = {});
    ~VipsImaging() override;

    bool facesAvailable() const;

    Result<EncodedImage> normalise(BytesView upload, ImageLimits limits) const override;
    Result<EncodedImage> shrink(BytesView image, int max_edge, ImageFormat format) const override;
    Result<EncodedImage> thumbnail(const EncodedImage& image, int max_edge,
                                   ImageFormat format) const override;
    Result<EncodedImage> convert(BytesView image, ImageFormat format) const override;
    Result<MaskResult> autoMask(BytesView person, Category category) const override;
    Result<MaskResult> backgroundMask(BytesView person, BytesView original) const override;
    Result<MaskResult> clientMask(BytesView mask, Size person) const override;
    Result<Diptych> diptych(BytesView garment, BytesView person, BytesView mask) const override;
    Result<EncodedImage> composite(BytesView person, BytesView mask, BytesView answer,
                                   Rect person_in_canvas, Size canvas,
                                   ImageFormat format) const override;
    Result<EncodedImage> fitToGrid(BytesView image, std::int64_t max_pixels,
                                   int grid) const override;
    Result<EncodedImage> garmentBoard(
        std::vector<std::pair<std::string, SharedBytes>> garments) const override;
    Result<EncodedImage> broughtTo(BytesView answer, Size size, ImageFormat format) const override;
    Result<Size> sizeOf(BytesView image) const override;
    Result<EncodedImage> edges(BytesView image, int low, int high) const override;
    EncodedImage declareOrigin(EncodedImage image, Origin origin) const override;
    Result<EncodedImage> contactSheet(
        std::vector<std::pair<std::string, SharedBytes>> pictures) const override;

  private:
    std::unique_ptr<imaging::FaceFinder> faces_;
    std::unique_ptr<imaging::PersonParser> parser_;  // null without a model
    std::unique_ptr<imaging::RecentPhotos> photos_;
};

}  // namespace atelier
