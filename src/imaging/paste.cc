#include "imaging/paste.h"

#include <algorithm>
#include <cstring>

#include <opencv2/imgproc.hpp>

namespace atelier::imaging {
namespace {

// Pasted at a time: about as many rows as an encoder takes in at once, so that it and the pasting
// keep pace; nothing where nothing is pasted.
constexpr int kTileWidth = 256, kTileHeight = 32;

/// Maps pixels of a picture of size `from` to those of the same one of size `to`.
cv::Matx33d scaling(cv::Size to, cv::Size from) {
    const double kx = static_cast<double>(to.width) / from.width;
    const double ky = static_cast<double>(to.height) / from.height;
    return {kx, 0, kx / 2 - 0.5, 0, ky, ky / 2 - 0.5, 0, 0, 1};
}

/// Maps pixels of a photo of size `person` to those of the patch.
cv::Matx33d toPatch(const Patch& patch, cv::Size person) {
    const cv::Matx23d align = patch.alignment.matrix(patch.pixels.size());
    return cv::Matx33d(align(0, 0), align(0, 1), align(0, 2), align(1, 0), align(1, 1), align(1, 2),
                       0, 0, 1) *
           scaling(patch.pixels.size(), person);
}

cv::Matx33d moved(double x, double y) {
    return {1, 0, x, 0, 1, y, 0, 0, 1};
}

void blendRow(const uchar* patch, const uchar* opacity, uchar* target, int width, int bands) {
    for (int x = 0; x < width; ++x, patch += 3, target += bands) {
        const int alpha = opacity[x];
        if (alpha == 0) {
            continue;
        }
        if (alpha == 255) {
            std::copy_n(patch, 3, target);
            continue;
        }
        for (int c = 0; c < 3; ++c) {
            target[c] =
                static_cast<uchar>((target[c] * (255 - alpha) + patch[c] * alpha + 127) / 255);
        }
    }
}

/// The pixels that `box` is made from, and what an interpolation needs around them.
cv::Rect sourceOf(const cv::Matx33d& to_patch, cv::Rect box, cv::Size patch) {
    constexpr int kAround = 4;
    const auto from = to_patch * cv::Vec3d(box.x, box.y, 1);
    const auto to = to_patch * cv::Vec3d(box.br().x, box.br().y, 1);
    const cv::Point least(cvFloor(from[0]) - kAround, cvFloor(from[1]) - kAround);
    const cv::Point most(cvCeil(to[0]) + kAround, cvCeil(to[1]) + kAround);
    return cv::Rect(least, most) & cv::Rect({}, patch);
}

}  // namespace

Paste::Paste(PatchToCome patch, const cv::Mat& opacity, const cv::Mat& mask, cv::Mat& target)
    : patch_{std::move(patch)},
      opacity_{opacity},
      changed_{mask.empty() ? opacity : mask},
      target_{target},
      box_{cv::boundingRect(changed_)},
      bands_(static_cast<std::size_t>(target.rows / kTileHeight) + 1) {}

Paste::~Paste() = default;

void Paste::prepare() {
    const auto& made = patch_.get();
    if (!made) throw std::runtime_error("there is nothing to paste");
    const auto& patch = *made;
    matte_ = patch.matte;
    to_pixels_ = toPatch(patch, target_.size());
    const auto source = sourceOf(to_pixels_, box_, patch.pixels.size());
    pixels_ = patch.pixels(source);
    to_pixels_ = moved(-source.x, -source.y) * to_pixels_;
    // Twice as large, so that the bilinear steps to a large photo begin from a bicubic one: nearly
    // as sharp as bicubic all the way, in a third of the time.
    const bool large = target_.cols * 2 > patch.pixels.cols * 3 && !source.empty();
    if (large) {
        cv::resize(pixels_, pixels_, {}, 2, 2, cv::INTER_CUBIC);
        to_pixels_ = moved(0.5, 0.5) * cv::Matx33d::diag({2, 2, 1}) * to_pixels_;
    }
    interpolation_ = (large ? cv::INTER_LINEAR : cv::INTER_CUBIC) | cv::WARP_INVERSE_MAP;
}

vips::VImage Paste::image() {
    VipsImage* image = vips_image_new();
    vips_image_init_fields(image, target_.cols, target_.rows, target_.channels(), VIPS_FORMAT_UCHAR,
                           VIPS_CODING_NONE, VIPS_INTERPRETATION_sRGB, 1, 1);
    vips::VImage out{image};
    if (vips_image_pipelinev(image, VIPS_DEMAND_STYLE_THINSTRIP, nullptr) != 0 ||
        vips_image_generate(image, nullptr, generate, nullptr, this, nullptr) != 0) {
        throw vips::VError{};
    }
    return out;
}

int Paste::generate(VipsRegion* out, void*, void* self, void*, gboolean*) {
    try {
        auto& paste = *static_cast<Paste*>(self);
        const auto& wanted = out->valid;
        paste.pasteRows(wanted.top, wanted.top + wanted.height);
        const auto length = static_cast<std::size_t>(wanted.width) * paste.target_.elemSize();
        for (int y = wanted.top; y < wanted.top + wanted.height; ++y) {
            std::memcpy(VIPS_REGION_ADDR(out, wanted.left, y), paste.target_.ptr(y, wanted.left),
                        length);
        }
        return 0;
    } catch (const std::exception& error) {
        vips_error("paste", "%s", error.what());
        return -1;
    }
}

void Paste::pasteRows(int top, int bottom) {
    for (int band = top / kTileHeight; band * kTileHeight < bottom; ++band) {
        std::call_once(bands_[static_cast<std::size_t>(band)].pasted,
                       [&] { pasteBand(band * kTileHeight); });
    }
}

void Paste::pasteBand(int top) {
    const auto band = cv::Rect(box_.x, top, box_.width, kTileHeight) & box_;
    if (band.empty()) return;
    std::call_once(prepared_, [this] { prepare(); });
    for (int left = band.x; left < band.br().x; left += kTileWidth) {
        const auto tile = cv::Rect(left, band.y, kTileWidth, band.height) & band;
        if (cv::countNonZero(changed_(tile)) > 0) {
            pasteTile(tile);
        }
    }
}

void Paste::pasteTile(cv::Rect tile) const {
    cv::Mat pixels, target = target_(tile);
    const auto map = to_pixels_ * moved(tile.x, tile.y);
    cv::warpAffine(pixels_, pixels, map.get_minor<2, 3>(0, 0), tile.size(), interpolation_,
                   cv::BORDER_REPLICATE);
    if (!matte_.empty()) {
        mixTile(tile, pixels, target);
        return;
    }
    for (int y = 0; y < tile.height; ++y) {
        blendRow(pixels.ptr(y), opacity_.ptr(tile.y + y, tile.x), target.ptr(y), tile.width,
                 target_.channels());
    }
}

void Paste::mixTile(cv::Rect tile, const cv::Mat& fresh, cv::Mat& target) const {
    const auto map = scaling(matte_.reach.size(), target_.size()) * moved(tile.x, tile.y);
    const auto enlarged = [&](const cv::Mat& small) {
        cv::Mat out;
        cv::warpAffine(small, out, map.get_minor<2, 3>(0, 0), tile.size(),
                       cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
        return out;
    };
    const auto reach = enlarged(matte_.reach);
    const bool any = cv::countNonZero(reach) > 0;
    const auto person = any ? enlarged(matte_.person) : cv::Mat{};
    const auto background = any ? enlarged(matte_.background) : cv::Mat{};
    const int bands = target_.channels();
    for (int y = 0; y < tile.height; ++y) {
        const auto* opacity = opacity_.ptr(tile.y + y, tile.x);
        const auto* mask = changed_.ptr(tile.y + y, tile.x);
        auto* pixel = target.ptr<uchar>(y);
        for (int x = 0; x < tile.width; ++x, pixel += bands) {
            const int near = reach.at<uchar>(y, x);
            const auto* new_pixel = fresh.ptr<uchar>(y, x);
            const bool mixed = near > 0 && mask[x] > 127 &&
                               mixIn(person.at<cv::Vec3b>(y, x), background.at<cv::Vec3b>(y, x),
                                     new_pixel, near, pixel);
            if (!mixed) {
                blendRow(new_pixel, opacity + x, pixel, 1, bands);
            }
        }
    }
}

}  // namespace atelier::imaging
