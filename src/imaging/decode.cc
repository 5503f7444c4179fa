#include "imaging/decode.h"

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "imaging/bombs.h"
#include "imaging/vips_runtime.h"

using vips::VImage;

namespace atelier::imaging {
namespace {

vips::VOption* strictly() {
    return VImage::option()
        ->set("fail_on", VIPS_FAIL_ON_ERROR)
        ->set("access", VIPS_ACCESS_SEQUENTIAL);
}

int orientation(const VImage& image) {
    return image.get_typeof(VIPS_META_ORIENTATION) == 0 ? 1 : image.get_int(VIPS_META_ORIENTATION);
}

bool isSrgbProfile(const VImage& image) {
    std::size_t length = 0;
    const auto* data = static_cast<const char*>(image.get_blob(VIPS_META_ICC_NAME, &length));
    const std::string_view profile(data, length);
    // The description tag holds ASCII (ICC v2) or UTF-16 (v4).
    constexpr std::string_view kWide("s\0R\0G\0B", 7);
    return profile.contains("sRGB") || profile.contains(kWide);
}

VImage throughProfile(const VImage& image) {
    const bool cmyk = image.interpretation() == VIPS_INTERPRETATION_CMYK;
    return image.icc_transform("srgb", VImage::option()
                                           ->set("embedded", true)
                                           ->set("input_profile", cmyk ? "cmyk" : "srgb")
                                           ->set("intent", VIPS_INTENT_RELATIVE)
                                           ->set("depth", 8));
}

/// 8-bit sRGB, alpha kept. A profile that does not fit the picture is ignored, as browsers do.
VImage toSrgb(VImage image) {
    const bool cmyk = image.interpretation() == VIPS_INTERPRETATION_CMYK;
    const bool tagged = image.get_typeof(VIPS_META_ICC_NAME) != 0 && !isSrgbProfile(image);
    if (cmyk || tagged) {
        try {
            image = throughProfile(image);
        } catch (const vips::VError&) {
            takeVipsError();
        }
    }
    image = image.colourspace(VIPS_INTERPRETATION_sRGB);
    if (image.bands() > 4) {
        image = image.extract_band(0, VImage::option()->set("n", 4));
    }
    return image.format() == VIPS_FORMAT_UCHAR ? image : image.cast(VIPS_FORMAT_UCHAR);
}

/// Orientations other than 1 and 2 read rows out of order, which a sequential source cannot give.
VImage upright(VImage image) {
    const int turned = orientation(image);
    if (turned <= 1 || turned > 8) {
        return image;
    }
    return (turned == 2 ? image : image.copy_memory()).autorot();
}

Result<VImage> openHeader(BytesView content, Encoding encoding) {
    auto harmless = refuseBomb(content, encoding);
    if (!harmless) {
        return failure(std::move(harmless.error()));
    }
    return guarded(ErrorCode::ImageUndecodable, kDamaged, [&]() -> Result<VImage> {
        return VImage::new_from_buffer(content.data(), content.size(), "", strictly());
    });
}

Result<Header> checkHeader(const VImage& image, Encoding encoding, ImageLimits limits) {
    Size size{image.width(), image.height()};
    if (orientation(image) >= 5) {
        std::swap(size.width, size.height);
    }
    const auto pixels = static_cast<std::int64_t>(size.width) * size.height;
    if (pixels > limits.max_pixels) {
        return failure(
            ErrorCode::ImageTooManyPixels,
            fmt::format(
                "the picture is {}×{} pixels ({:.1f} megapixels); the limit is {:.1f} megapixels; "
                "send a smaller one",
                size.width, size.height, pixels / 1e6, limits.max_pixels / 1e6));
    }
    if (std::min(size.width, size.height) < limits.min_side) {
        return failure(
            ErrorCode::ImageTooSmall,
            fmt::format(
                "the picture is {}×{} pixels; both sides must be at least {}; send a larger one",
                size.width, size.height, limits.min_side));
    }
    return Header{encoding, size, image.has_alpha()};
}

/// JPEGs decode to a half, a quarter or an eighth at a fraction of the cost.
int shrinkOnLoad(const Header& header, Size box) {
    if (header.encoding != Encoding::Jpeg) {
        return 1;
    }
    int factor = 8;
    while (factor > 1 &&
           (header.size.width / factor < box.width && header.size.height / factor < box.height)) {
        factor /= 2;
    }
    return factor;
}

VImage openShrunk(BytesView content, const Header& header, Size box) {
    const int factor = shrinkOnLoad(header, box);
    auto* options = factor == 1 ? strictly() : strictly()->set("shrink", factor);
    return VImage::new_from_buffer(content.data(), content.size(), "", options);
}

/// Pixels that are already what toSrgb and autorot would make of them, without transparency.
bool isPlain(const VImage& image) {
    return image.interpretation() == VIPS_INTERPRETATION_sRGB && image.bands() == 3 &&
           image.format() == VIPS_FORMAT_UCHAR && orientation(image) <= 1 &&
           image.get_typeof(VIPS_META_ICC_NAME) == 0;
}

/// What thumbnail_image makes of a plain picture that is larger than `size`, in half the time:
/// libvips filters along columns with SIMD, but not along rows.
Pixels reduced(const VImage& image, Size size) {
    const auto columns = [](const VImage& tall, int height) {
        constexpr double kGap = 2;  // as thumbnail_image: averages first where much is left out
        return Pixels::from(tall.reducev(static_cast<double>(tall.height()) / height,
                                         VImage::option()->set("gap", kGap)));
    };
    cv::Mat turned, result;
    cv::transpose(columns(image, size.height).mat(), turned);
    cv::transpose(columns(Pixels::from(turned).image(), size.width).mat(), result);
    return Pixels::from(result);
}

}  // namespace

Result<Header> readHeader(BytesView content, ImageLimits limits) {
    const auto encoding = sniff(content);
    if (!encoding) {
        return failure(encoding.error());
    }
    const auto image = openHeader(content, *encoding);
    if (!image) {
        return failure(image.error());
    }
    return checkHeader(*image, *encoding, limits);
}

Result<VImage> openUpright(BytesView content, ImageLimits limits) {
    const auto encoding = sniff(content);
    if (!encoding) {
        return failure(encoding.error());
    }
    auto image = openHeader(content, *encoding);
    if (!image) {
        return image;
    }
    const auto header = checkHeader(*image, *encoding, limits);
    if (!header) {
        return failure(header.error());
    }
    return guarded(ErrorCode::ImageUndecodable, kDamaged,
                   [&]() -> Result<VImage> { return toSrgb(upright(*image)); });
}

Result<Pixels> loadFitted(BytesView content, Size box, Fit fit, bool flatten) {
    const auto header = readHeader(content, kTrustedLimits);
    if (!header) {
        return failure(header.error());
    }
    return guarded(ErrorCode::ImageUndecodable, kDamaged, [&]() -> Result<Pixels> {
        const auto source = openShrunk(content, *header, box);
        if (fit == Fit::Exactly && isPlain(source) && source.width() > box.width &&
            source.height() > box.height) {
            return reduced(source, box);
        }
        auto* options = VImage::option()
                            ->set("height", box.height)
                            ->set("size", fit == Fit::Inside ? VIPS_SIZE_DOWN : VIPS_SIZE_FORCE);
        auto image = toSrgb(source.thumbnail_image(box.width, options));
        if (flatten && image.has_alpha()) {
            image = image.flatten(
                VImage::option()->set("background", std::vector<double>{255, 255, 255}));
        }
        return Pixels::from(image);
    });
}

Result<Pixels> loadMask(BytesView content, Size size) {
    const auto header = readHeader(content, kTrustedLimits);
    if (!header) {
        return failure(header.error());
    }
    return guarded(ErrorCode::ImageUndecodable, kDamaged, [&]() -> Result<Pixels> {
        auto image = VImage::new_from_buffer(content.data(), content.size(), "", strictly());
        const bool grey = image.bands() == 1 && image.format() == VIPS_FORMAT_UCHAR;
        auto mask = Pixels::from(grey ? image : toSrgb(image).extract_band(1));
        if (mask.size() == size) {
            return mask;
        }
        cv::Mat resized;
        cv::resize(mask.mat(), resized, {size.width, size.height}, 0, 0, cv::INTER_LINEAR);
        cv::threshold(resized, resized, 127, 255, cv::THRESH_BINARY);
        return Pixels::from(resized);
    });
}

}  // namespace atelier::imaging
