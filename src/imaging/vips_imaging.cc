#include "imaging/vips_imaging.h"

#include <opencv2/imgproc.hpp>
#include <stdexcept>

#include "imaging/auto_mask.h"
#include "imaging/background.h"
#include "imaging/client_mask.h"
#include "imaging/composite.h"
#include "imaging/contact_sheet.h"
#include "imaging/decode.h"
#include "imaging/diptych.h"
#include "imaging/encode.h"
#include "imaging/face_finder.h"
#include "imaging/parser.h"
#include "imaging/provenance.h"
#include "imaging/recent_photos.h"
#include "imaging/small.h"
#include "imaging/vips_runtime.h"
#include "imaging/whole.h"

namespace atelier {
namespace {

using namespace imaging;

constexpr std::size_t kRememberedPhotos = 8;  // of some 2 MiB each

ImageFormat storedFormat(Encoding encoding) {
    switch (encoding) {
        case Encoding::Jpeg:
            return ImageFormat::Jpeg;
        case Encoding::Webp:
            return ImageFormat::Webp;
        case Encoding::Png:
        case Encoding::Gif:
            return ImageFormat::Png;
    }
    return ImageFormat::Png;
}

Result<EncodedImage> reencode(BytesView content, ImageLimits limits, ImageFormat format) {
    const auto image = openUpright(content, limits);
    if (!image) {
        return failure(image.error());
    }
    return tryEncode(*image, format);
}

}  // namespace

VipsImaging::VipsImaging(int vips_threads, std::string cascades, const std::string& mask_model) {
    startVips(vips_threads);
    faces_ = std::make_unique<FaceFinder>(std::move(cascades));
    photos_ = std::make_unique<RecentPhotos>(kRememberedPhotos);
    if (!mask_model.empty()) {
        auto parser = PersonParser::open(mask_model);
        if (!parser) {
            throw std::runtime_error(parser.error().detail + ": " + parser.error().cause);
        }
        parser_ = std::move(*parser);
    }
}

VipsImaging::~VipsImaging() = default;

bool VipsImaging::facesAvailable() const {
    return faces_->available();
}

Result<EncodedImage> VipsImaging::normalise(BytesView upload, ImageLimits limits) const {
    const auto encoding = sniff(upload);
    if (!encoding) {
        return failure(encoding.error());
    }
    return reencode(upload, limits, storedFormat(*encoding));
}

Result<EncodedImage> VipsImaging::shrink(BytesView image, int max_edge, ImageFormat format) const {
    const auto pixels =
        loadFitted(image, {max_edge, max_edge}, Fit::Inside, format == ImageFormat::Jpeg);
    if (!pixels) {
        return failure(pixels.error());
    }
    return tryEncode(pixels->image(), format);
}

Result<EncodedImage> VipsImaging::thumbnail(const EncodedImage& image, int max_edge,
                                            ImageFormat format) const {
    return guarded(ErrorCode::Internal, "the thumbnail could not be made",
                   [&]() -> Result<EncodedImage> {
                       auto made = thumbnailFromSmall(image, max_edge, format);
                       return made ? std::move(*made) : shrink(*image.bytes, max_edge, format);
                   });
}

Result<EncodedImage> VipsImaging::convert(BytesView image, ImageFormat format) const {
    return reencode(image, kTrustedLimits, format);
}

Result<MaskResult> VipsImaging::autoMask(BytesView person, Category category) const {
    return makeAutoMask(person, category, *faces_, parser_.get(), *photos_);
}

Result<MaskResult> VipsImaging::backgroundMask(BytesView person, BytesView original) const {
    return makeBackgroundMask(person, original, *faces_);
}

Result<MaskResult> VipsImaging::clientMask(BytesView mask, Size person) const {
    return checkClientMask(mask, person);
}

Result<Diptych> VipsImaging::diptych(BytesView garment, BytesView person, BytesView mask) const {
    return makeDiptych(garment, person, mask, *photos_);
}

Result<EncodedImage> VipsImaging::composite(BytesView person, BytesView mask, BytesView answer,
                                            Rect person_in_canvas, Size canvas,
                                            ImageFormat format) const {
    return compositeAnswer(person, mask, answer, person_in_canvas, canvas, format);
}

Result<EncodedImage> VipsImaging::fitToGrid(BytesView image, std::int64_t max_pixels,
                                            int grid) const {
    return makeFitted(image, max_pixels, grid);
}

Result<EncodedImage> VipsImaging::garmentBoard(
    std::vector<std::pair<std::string, SharedBytes>> garments) const {
    return makeGarmentBoard(garments);
}

Result<EncodedImage> VipsImaging::broughtTo(BytesView answer, Size size, ImageFormat format) const {
    return bringTo(answer, size, format);
}

Result<Size> VipsImaging::sizeOf(BytesView image) const {
    const auto header = readHeader(image, kTrustedLimits);
    if (!header) {
        return failure(header.error());
    }
    return header->size;
}

Result<EncodedImage> VipsImaging::edges(BytesView image, int low, int high) const {
    const auto opened = openUpright(image, kTrustedLimits);
    if (!opened) {
        return failure(opened.error());
    }
    return guarded(ErrorCode::ImageUndecodable, kDamaged, [&]() -> Result<EncodedImage> {
        const auto pixels =
            Pixels::from(opened->colourspace(VIPS_INTERPRETATION_B_W).extract_band(0));
        cv::Mat lines;
        cv::Canny(pixels.mat(), lines, low, high);
        return encode(Pixels::from(lines).image(), ImageFormat::Png, {.flat = true});
    });
}

EncodedImage VipsImaging::declareOrigin(EncodedImage image, Origin origin) const {
    image.bytes = share(withXmp(*image.bytes, xmpPacket(origin)));
    return image;
}

Result<EncodedImage> VipsImaging::contactSheet(
    std::vector<std::pair<std::string, SharedBytes>> pictures) const {
    return makeContactSheet(pictures);
}

}  // namespace atelier
