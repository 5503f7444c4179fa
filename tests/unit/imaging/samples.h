#pragma once

#include <opencv2/core.hpp>

#include "imaging/vips_imaging.h"

/// Pictures made on the fly. RGB order throughout.
namespace atelier::test {

/// One for all tests: libvips starts once per process.
const VipsImaging& imaging();

/// A picture without symmetries and with texture everywhere; the same for the same arguments.
cv::Mat scene(int width, int height);

/// `suffix` as libvips takes it: ".jpg[Q=90]", ".png", ".gif".
Bytes encoded(const cv::Mat& rgb, const std::string& suffix);
/// The stored picture of a camera held so that `upright` needs EXIF `orientation` to be shown
/// upright.
Bytes withOrientation(const cv::Mat& upright, int orientation,
                      const std::string& suffix = ".jpg[Q=95]");
Bytes cmykJpeg(const cv::Mat& rgb);
Bytes png16(const cv::Mat& rgb);
Bytes greyJpeg(const cv::Mat& rgb);
Bytes displayP3Jpeg(const cv::Mat& rgb);
/// Left half transparent.
Bytes transparentPng(const cv::Mat& rgb, const std::string& suffix = ".png");
Bytes animatedGif(const std::vector<cv::Mat>& frames);
/// A PNG header that promises a picture of this size, and nearly no pixels.
Bytes pngBomb(int width, int height);
/// `jpeg` with `megabytes` of application segments after its first marker.
Bytes withMetadata(BytesView jpeg, int megabytes);

cv::Mat decoded(const Bytes& content);
cv::Mat decoded(const EncodedImage& image);
/// Mean absolute difference in grey levels; 255 when the sizes differ.
double difference(const cv::Mat& a, const cv::Mat& b);

/// A mask with a white ellipse around the middle.
cv::Mat ellipseMask(int width, int height);

/// A photo of the shared test set, or nothing where it is not installed.
std::optional<Bytes> photo(const std::string& name);

}  // namespace atelier::test
