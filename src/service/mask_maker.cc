#include "service/mask_maker.h"

#include "service/on_pool.h"
#include "util/names.h"

namespace atelier {
namespace {
constexpr std::size_t kRemembered = 1024;
}

std::optional<StoredMask> MaskMaker::recall(const std::string& name) {
    std::lock_guard lock{mutex_};
    const auto found = index_.find(name);
    if (found == index_.end()) return std::nullopt;
    recent_.splice(recent_.begin(), recent_, found->second);
    return found->second->second;
}

void MaskMaker::remember(const std::string& name, StoredMask mask) {
    std::lock_guard lock{mutex_};
    if (index_.contains(name)) return;
    recent_.emplace_front(name, std::move(mask));
    index_[name] = recent_.begin();
    if (recent_.size() <= kRemembered) return;
    index_.erase(recent_.back().first);
    recent_.pop_back();
}

Task<Result<StoredMask>> MaskMaker::maskFor(std::string person_key, Category category) {
    auto name = person_key + "/" + std::string{nameOf(category)};
    Make made = [&imaging = imaging_, category](const Bytes& photo) {
        return imaging.autoMask(photo, category);
    };
    return make(std::move(name), std::move(person_key), std::move(made));
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
    Make made = [&imaging = imaging_, original](const Bytes& photo) {
        return imaging.backgroundMask(photo, original ? BytesView{*original} : BytesView{});
    };
    auto mask = co_await make(std::move(name), std::move(person_key), std::move(made));
    co_return mask;
}

Task<Result<StoredMask>> MaskMaker::make(std::string name, std::string person_key, Make make) {
    if (auto known = recall(name)) {
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

    auto person = co_await blobs_.get(person_key);
    if (!person) co_return failure(std::move(person.error()));
    auto work = [make = std::move(make), photo = *person] { return make(*photo); };
    auto made = co_await onPool(image_pool_, std::move(work));
    if (!made) co_return failure(std::move(made.error()));
    auto key = co_await blobs_.put(made->mask.bytes, "png");
    if (!key) co_return failure(std::move(key.error()));

    StoredMask mask{*key, made->confidence, made->warnings};
    remember(name, mask);
    co_return mask;
}

}  // namespace atelier
