#include "service/picture_store.h"

#include "service/on_pool.h"

namespace atelier {
namespace {

constexpr int kThumbEdge = 384;  // pixels: sharp in a grid on a 2x screen

struct Pair {
    EncodedImage image;
    EncodedImage thumb;
};

}  // namespace

Task<Result<Picture>> PictureStore::takeIn(SharedBytes upload, ImageLimits limits) {
    auto make = [&imaging = imaging_, upload, limits] {
        return imaging.normalise(*upload, limits);
    };
    return keep(std::move(make), std::nullopt);
}

Task<Result<Picture>> PictureStore::keepMade(std::function<Result<EncodedImage>()> make,
                                             Origin origin) {
    return keep(std::move(make), origin);
}

Task<Result<Picture>> PictureStore::keep(std::function<Result<EncodedImage>()> make,
                                         std::optional<Origin> origin) {
    auto work = [&imaging = imaging_, make = std::move(make), origin]() -> Result<Pair> {
        auto image = make();
        if (!image) return failure(std::move(image.error()));
        auto thumb = imaging.thumbnail(*image, kThumbEdge, ImageFormat::Webp);
        if (!thumb) return failure(std::move(thumb.error()));
        if (!origin) return Pair{std::move(*image), std::move(*thumb)};
        return Pair{imaging.declareOrigin(std::move(*image), *origin),
                    imaging.declareOrigin(std::move(*thumb), *origin)};
    };
    auto done = co_await onPool(image_pool_, std::move(work));
    if (!done) co_return failure(std::move(done.error()));
    auto key = co_await blobs_.put(done->image.bytes, extensionOf(done->image.content_type));
    if (!key) co_return failure(std::move(key.error()));
    auto thumb_key = co_await blobs_.put(done->thumb.bytes, extensionOf(done->thumb.content_type));
    if (!thumb_key) co_return failure(std::move(thumb_key.error()));

    Picture picture;
    picture.key = *key;
    picture.thumb_key = *thumb_key;
    picture.width = done->image.size.width;
    picture.height = done->image.size.height;
    picture.content_type = done->image.content_type;
    picture.bytes = static_cast<std::int64_t>(done->image.bytes->size());
    picture.sha256 = key->substr(0, 64);
    co_return picture;
}

}  // namespace atelier
