#include "worker/fit_pictures.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace atelier {
namespace {

constexpr int kMaxTries = 8;
constexpr double kSmaller = 0.8;  // of the side, while the bytes are too many
constexpr double kMega = 1e6;
constexpr int kGridStep = 32;  // pixels; what is cut off to fit a grid is not worth a word

using Pictures = std::map<std::string, EncodedImage>;

ImageFormat formatOf(const EncodedImage& image) {
    if (image.content_type == "image/png") return ImageFormat::Png;
    return image.content_type == "image/webp" ? ImageFormat::Webp : ImageFormat::Jpeg;
}

std::int64_t pixels(Size size) {
    return std::int64_t{size.width} * size.height;
}

/// The longest side with which a picture of these proportions has at most `max_pixels`.
int edgeFor(Size size, std::int64_t max_pixels) {
    const double longest = std::max(size.width, size.height);
    if (pixels(size) <= max_pixels) return static_cast<int>(longest);
    const double shortest = std::min(size.width, size.height);
    auto edge = static_cast<int>(std::sqrt(static_cast<double>(max_pixels) * longest / shortest));
    while (edge > 1 &&
           edge * std::ceil(edge * shortest / longest) > static_cast<double>(max_pixels))
        --edge;
    return edge;
}

bool fits(const EncodedImage& image, const PictureRules& rules) {
    return pixels(image.size) <= rules.max_pixels && image.bytes->size() <= rules.max_bytes;
}

std::string warning(const std::string& field, const EncodedImage& before, const EncodedImage& after,
                    const PictureRules& rules) {
    const auto why =
        pixels(before.size) > rules.max_pixels
            ? fmt::format("{:.1f} megapixels", static_cast<double>(rules.max_pixels) / kMega)
            : fmt::format("{:.1f} MB", static_cast<double>(rules.max_bytes) / kMega);
    return fmt::format("{} was shrunk from {}×{} to {}×{}: the provider uses at most {}", field,
                       before.size.width, before.size.height, after.size.width, after.size.height,
                       why);
}

/// All pictures of `size`, made alike small enough for the strictest of `rules`.
Result<Pictures> shrunk(const Pictures& group, Size size, const PictureRules& rules,
                        const Imaging& imaging) {
    int edge = edgeFor(size, rules.max_pixels);
    for (int tries = 0; tries < kMaxTries && edge > 0; ++tries) {
        Pictures out;
        for (const auto& [field, image] : group) {
            auto smaller = imaging.shrink(*image.bytes, edge, formatOf(image));
            if (!smaller) return failure(std::move(smaller.error()));
            out.emplace(field, std::move(*smaller));
        }
        const bool all =
            std::ranges::all_of(out, [&](const auto& one) { return fits(one.second, rules); });
        if (all) return out;
        edge = static_cast<int>(edge * kSmaller);
    }
    return failure(ErrorCode::ImageTooManyPixels,
                   "a picture cannot be made small enough for the provider");
}

int sideIn(const boost::json::object& geometry, std::string_view name) {
    const auto* side = geometry.if_contains(name);
    return side != nullptr && side->is_number() ? side->to_number<int>() : 0;
}

}  // namespace

void noteShrunkPhoto(Prepared& prepared, const SharedBytes& photo, const Imaging& imaging) {
    const Size sent{sideIn(prepared.geometry, "width"), sideIn(prepared.geometry, "height")};
    if (!photo || sent.width == 0 || sent.height == 0) return;
    const auto size = imaging.sizeOf(*photo);
    if (!size ||
        std::max(sent.width, sent.height) + kGridStep >= std::max(size->width, size->height))
        return;
    prepared.warnings.push_back(
        fmt::format("the photo was shrunk from {}×{} to {}×{} for the provider", size->width,
                    size->height, sent.width, sent.height));
}

Result<Prepared> fitPictures(Prepared prepared, const ImageProvider& provider,
                             const Imaging& imaging) {
    std::vector<std::pair<Size, Pictures>> groups;
    for (const auto& [field, image] : prepared.images) {
        auto group =
            std::ranges::find(groups, image.size, [](const auto& one) { return one.first; });
        if (group == groups.end()) group = groups.insert(group, {image.size, {}});
        group->second.emplace(field, image);
    }
    for (const auto& [size, group] : groups) {
        PictureRules strictest;
        bool all = true;
        for (const auto& [field, image] : group) {
            const auto rules = provider.pictureRules(prepared.endpoint, field);
            all = all && fits(image, rules);
            const bool first = field == group.begin()->first;
            strictest.max_pixels =
                first ? rules.max_pixels : std::min(strictest.max_pixels, rules.max_pixels);
            strictest.max_bytes =
                first ? rules.max_bytes : std::min(strictest.max_bytes, rules.max_bytes);
        }
        if (all) continue;
        auto smaller = shrunk(group, size, strictest, imaging);
        if (!smaller) return failure(std::move(smaller.error()));
        for (auto& [field, image] : *smaller) {
            prepared.warnings.push_back(warning(field, group.at(field), image, strictest));
            prepared.images[field] = std::move(image);
        }
    }
    return prepared;
}

}  // namespace atelier
