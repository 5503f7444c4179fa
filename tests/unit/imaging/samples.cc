#include "unit/imaging/samples.h"

#include <zlib.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <opencv2/imgproc.hpp>
#include <vips/vips8>

#include "imaging/pixels.h"

using vips::VImage;

namespace atelier::test {
namespace {

Bytes written(const VImage& image, const std::string& suffix) {
    void* data = nullptr;
    std::size_t length = 0;
    image.write_to_buffer(suffix.c_str(), &data, &length);
    Bytes bytes(static_cast<const char*>(data), length);
    g_free(data);
    return bytes;
}

VImage view(const cv::Mat& rgb) {
    return imaging::Pixels::from(rgb).image().copy_memory();
}

std::string bigEndian(std::uint32_t value) {
    std::string text;
    for (const int shift : {24, 16, 8, 0}) {
        text += static_cast<char>(value >> shift & 0xFF);
    }
    return text;
}

std::string chunk(const std::string& type, const std::string& data) {
    const auto body = type + data;
    const auto sum =
        crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
    return bigEndian(static_cast<std::uint32_t>(data.size())) + body +
           bigEndian(static_cast<std::uint32_t>(sum));
}

/// What has to be stored so that EXIF orientation `o` brings `upright` back.
cv::Mat stored(const cv::Mat& upright, int orientation) {
    cv::Mat result;
    switch (orientation) {
        case 2:
            cv::flip(upright, result, 1);
            break;
        case 3:
            cv::flip(upright, result, -1);
            break;
        case 4:
            cv::flip(upright, result, 0);
            break;
        case 5:
            cv::transpose(upright, result);
            break;
        case 6:
            cv::rotate(upright, result, cv::ROTATE_90_COUNTERCLOCKWISE);
            break;
        case 7:
            cv::transpose(upright, result);
            cv::flip(result, result, -1);
            break;
        case 8:
            cv::rotate(upright, result, cv::ROTATE_90_CLOCKWISE);
            break;
        default:
            result = upright.clone();
    }
    return result;
}

}  // namespace

const VipsImaging& imaging() {
    static const VipsImaging instance(1);
    return instance;
}

cv::Mat scene(int width, int height) {
    imaging();
    cv::Mat picture(height, width, CV_8UC3);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            picture.at<cv::Vec3b>(y, x) =
                cv::Vec3b(cv::saturate_cast<uchar>(40 + 160 * x / width),
                          cv::saturate_cast<uchar>(60 + 140 * y / height),
                          cv::saturate_cast<uchar>(180 - 100 * x * y / (width * height)));
        }
    }
    cv::RNG random(7);
    for (int i = 0; i < 60; ++i) {
        const cv::Point at(random.uniform(0, width), random.uniform(0, height));
        const cv::Scalar colour(random.uniform(20, 235), random.uniform(20, 235),
                                random.uniform(20, 235));
        cv::circle(picture, at, random.uniform(4, std::max(6, width / 12)), colour, -1,
                   cv::LINE_AA);
    }
    cv::rectangle(picture, cv::Rect(0, 0, width / 4, height / 8), cv::Scalar(230, 30, 30), -1);
    return picture;
}

Bytes encoded(const cv::Mat& rgb, const std::string& suffix) {
    return written(view(rgb), suffix);
}

Bytes withOrientation(const cv::Mat& upright, int orientation, const std::string& suffix) {
    auto image = view(stored(upright, orientation));
    image.set(VIPS_META_ORIENTATION, orientation);
    return written(image, suffix);
}

Bytes cmykJpeg(const cv::Mat& rgb) {
    return written(view(rgb).icc_transform("cmyk", VImage::option()->set("input_profile", "srgb")),
                   ".jpg[Q=95]");
}

Bytes png16(const cv::Mat& rgb) {
    return written(view(rgb).colourspace(VIPS_INTERPRETATION_RGB16), ".png");
}

Bytes greyJpeg(const cv::Mat& rgb) {
    return written(view(rgb).colourspace(VIPS_INTERPRETATION_B_W), ".jpg");
}

Bytes displayP3Jpeg(const cv::Mat& rgb) {
    return written(view(rgb).icc_transform("p3", VImage::option()->set("input_profile", "srgb")),
                   ".jpg[Q=98]");
}

Bytes transparentPng(const cv::Mat& rgb, const std::string& suffix) {
    cv::Mat rgba;
    cv::cvtColor(rgb, rgba, cv::COLOR_RGB2RGBA);
    for (int y = 0; y < rgba.rows; ++y) {
        for (int x = 0; x < rgba.cols / 2; ++x) {
            rgba.at<cv::Vec4b>(y, x)[3] = 0;
        }
    }
    return encoded(rgba, suffix);
}

Bytes animatedGif(const std::vector<cv::Mat>& frames) {
    std::vector<VImage> pages;
    for (const auto& frame : frames) {
        pages.push_back(view(frame));
    }
    auto image = VImage::arrayjoin(pages, VImage::option()->set("across", 1)).copy();
    image.set(VIPS_META_PAGE_HEIGHT, frames.front().rows);
    return written(image, ".gif");
}

Bytes pngBomb(int width, int height) {
    const auto header =
        bigEndian(width) + bigEndian(height) + std::string("\x08\x02\x00\x00\x00", 5);
    return "\x89PNG\r\n\x1A\n" + chunk("IHDR", header) +
           chunk("IDAT", std::string("\x78\x9C\x63\x60\x60\x00\x00\x00\x03\x00\x01", 11)) +
           chunk("IEND", "");
}

Bytes withMetadata(BytesView jpeg, int megabytes) {
    Bytes result(jpeg.substr(0, 2));
    const std::string segment = std::string("\xFF\xE1\xFF\xFF", 4) + std::string(65533, 'x');
    for (int i = 0; i < megabytes * 16; ++i) {
        result += segment;
    }
    return result.append(jpeg.substr(2));
}

cv::Mat decoded(const Bytes& content) {
    imaging();
    const auto pixels =
        imaging::Pixels::from(VImage::new_from_buffer(content.data(), content.size(), ""));
    return pixels.mat().clone();
}

cv::Mat decoded(const EncodedImage& image) {
    return decoded(*image.bytes);
}

double difference(const cv::Mat& a, const cv::Mat& b) {
    if (a.size() != b.size() || a.channels() != b.channels()) {
        return 255;
    }
    cv::Mat delta;
    cv::absdiff(a, b, delta);
    return cv::mean(delta.reshape(1))[0];
}

cv::Mat ellipseMask(int width, int height) {
    cv::Mat mask(height, width, CV_8UC1, cv::Scalar(0));
    cv::ellipse(mask, {width / 2, height * 3 / 5}, {width / 4, height / 5}, 0, 0, 360,
                cv::Scalar(255), -1);
    return mask;
}

std::optional<Bytes> photo(const std::string& name) {
    const char* folder = std::getenv("ATELIER_PHOTOS");
    const auto root = folder != nullptr
                          ? std::filesystem::path(folder)
                          : std::filesystem::path(ATELIER_SOURCE_DIR) / "../shared/photos";
    std::ifstream file(root / name, std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

}  // namespace atelier::test
