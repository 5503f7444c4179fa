#include "emulator/paint/canvas.h"

#include <mutex>
#include <stdexcept>

#include <vips/vips8>

namespace atelier::emulator::paint {

using vips::VImage;

namespace {

constexpr int kJpegQuality = 92;
constexpr int kWebpQuality = 85;

void startVips() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (VIPS_INIT("atelier") != 0) throw std::runtime_error{"libvips cannot start"};
    });
}

bool isKnownFormat(BytesView bytes) {
    return bytes.starts_with("\xFF\xD8\xFF") || bytes.starts_with("\x89PNG\r\n\x1A\n") ||
           (bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP");
}

VImage open(BytesView bytes, VipsAccess access) {
    return VImage::new_from_buffer(
        bytes.data(), bytes.size(), "",
        VImage::option()->set("fail_on", VIPS_FAIL_ON_TRUNCATED)->set("access", access));
}

/// Upright, 8-bit sRGB or grey, alpha kept. To be read once, from the top down.
VImage load(BytesView bytes) {
    startVips();
    if (bytes.size() < 12 || !isKnownFormat(bytes)) throw std::runtime_error{"not a picture"};
    auto image = open(bytes, VIPS_ACCESS_SEQUENTIAL);
    const bool turned =
        image.get_typeof(VIPS_META_ORIENTATION) != 0 && image.get_int(VIPS_META_ORIENTATION) > 1;
    if (turned) image = open(bytes, VIPS_ACCESS_RANDOM).autorot();
    if (image.interpretation() != VIPS_INTERPRETATION_sRGB)
        image = image.colourspace(VIPS_INTERPRETATION_sRGB);
    return image.format() == VIPS_FORMAT_UCHAR ? image : image.cast(VIPS_FORMAT_UCHAR);
}

cv::Mat toMat(const VImage& image) {
    std::size_t length = 0;
    void* pixels = image.write_to_memory(&length);
    const cv::Mat view(image.height(), image.width(), CV_8UC(image.bands()), pixels);
    cv::Mat copy = view.clone();
    g_free(pixels);
    return copy;
}

}  // namespace

std::optional<Size> sizeOf(BytesView encoded) {
    try {
        const auto image = load(encoded);  // lazy: reads the header only
        return Size{image.width(), image.height()};
    } catch (const std::exception&) {
        vips_error_clear();
        return std::nullopt;
    }
}

cv::Mat decodeRgb(BytesView encoded) {
    auto image = load(encoded);
    if (image.has_alpha())
        image = image.extract_band(0, VImage::option()->set("n", image.bands() - 1));
    return toMat(image);
}

cv::Mat decodeGrey(BytesView encoded) {
    auto image = load(encoded);
    if (image.has_alpha()) image = image.flatten();
    return toMat(image.colourspace(VIPS_INTERPRETATION_B_W).extract_band(0));
}

cv::Mat decodeAlpha(BytesView encoded) {
    const auto image = load(encoded);
    if (!image.has_alpha()) return {image.height(), image.width(), CV_8UC1, cv::Scalar(255)};
    return toMat(image.extract_band(image.bands() - 1));
}

Bytes encode(const cv::Mat& rgb, std::string_view format) {
    startVips();
    const cv::Mat packed = rgb.isContinuous() ? rgb : rgb.clone();
    const auto image =
        VImage::new_from_memory(packed.data, packed.total() * packed.elemSize(), packed.cols,
                                packed.rows, packed.channels(), VIPS_FORMAT_UCHAR)
            .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
    VipsBlob* blob = nullptr;
    if (format == "png")
        blob = image.pngsave_buffer(VImage::option()->set("compression", 1));
    else if (format == "webp")
        blob = image.webpsave_buffer(VImage::option()->set("Q", kWebpQuality)->set("effort", 1));
    else
        blob = image.jpegsave_buffer(VImage::option()->set("Q", kJpegQuality));
    std::size_t length = 0;
    const auto* data = static_cast<const char*>(vips_blob_get(blob, &length));
    Bytes out{data, length};
    vips_area_unref(VIPS_AREA(blob));
    return out;
}

}  // namespace atelier::emulator::paint
