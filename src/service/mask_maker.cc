#include "service/mask_maker.h"

#include "service/on_pool.h"
#include "util/names.h"

namespace atelier {
namespace {

std::string maskName(const std::string& person_key, Category category) {
    return person_key + "/" + std::string{nameOf(category)};
}

}  // namespace

MaskMaker::Draw MaskMaker::automatic(Category category) const {
    return [&imaging = imaging_, category](const Bytes& photo) {
        return imaging.autoMask(photo, category);
    };
}

Task<Result<StoredMask>> MaskMaker::maskFor(std::string person_key, Category category) {
    auto name = maskName(person_key, category);
    return make(std::move(name), std::move(person_key), automatic(category));
}

Task<Result<SharedBytes>> MaskMaker::preview(std::string person_key, Category category) {
    const auto name = maskName(person_key, category);
    if (const auto known = stored_.find(name)) {
        auto content = co_await blobs_.get(known->key);
        if (content || content.error().code != ErrorCode::NotFound) co_return content;
    }
    auto draw = automatic(category);
    auto mask = co_await drawn(name, std::move(person_key), std::move(draw));
    if (!mask) co_return failure(std::move(mask.error()));
    previews_.insert(name, *mask);
    co_return (*mask)->mask.bytes;
}

Task<Result<StoredMask>> MaskMaker::backgroundFor(std::string person_key,
                                                  std::string original_key) {
    auto name = person_key + "/background";
    SharedBytes original;
    if (!original_key.empty()) {
        auto found = co_await blobs_.get(original_key);
        if (found) {
            original = std::move(*found);
            name += "/" + original_key;
        } else if (found.error().code != ErrorCode::NotFound) {
            co_return failure(std::move(found.error()));
        }
    }
    Draw draw = [&imaging = imaging_, original](const Bytes& photo) {
        return imaging.backgroundMask(photo, original ? BytesView{*original} : BytesView{});
    };
    auto mask = co_await make(std::move(name), std::move(person_key), std::move(draw));
    co_return mask;
}

Task<Result<StoredMask>> MaskMaker::make(std::string name, std::string person_key, Draw draw) {
    if (auto known = stored_.find(name)) {
        // Put again, it is young again: the sweep leaves it alone until a job refers to it.
        auto content = co_await blobs_.get(known->key);
        if (content) {
            auto kept = co_await blobs_.put(*content, "png");
            if (!kept) co_return failure(std::move(kept.error()));
            co_return *known;
        }
        if (content.error().code != ErrorCode::NotFound)
            co_return failure(std::move(content.error()));
    }
    auto made = co_await drawn(name, std::move(person_key), std::move(draw));
    if (!made) co_return failure(std::move(made.error()));
    const auto& result = **made;
    auto key = co_await blobs_.put(result.mask.bytes, "png");
    if (!key) co_return failure(std::move(key.error()));

    StoredMask mask{*key, result.confidence, result.warnings};
    stored_.insert(name, mask);
    co_return mask;
}

Task<Result<MaskMaker::Drawn>> MaskMaker::drawn(std::string name, std::string person_key,
                                                Draw draw) {
    if (auto known = previews_.find(name)) co_return std::move(*known);
    auto person = co_await blobs_.get(std::move(person_key));
    if (!person) co_return failure(std::move(person.error()));
    auto work = [draw = std::move(draw), photo = *person] { return draw(*photo); };
    auto made = co_await onPool(image_pool_, std::move(work));
    if (!made) co_return failure(std::move(made.error()));
    co_return std::make_shared<const MaskResult>(std::move(*made));
}

}  // namespace atelier
