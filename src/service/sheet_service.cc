#include "service/sheet_service.h"

#include <fmt/format.h>

#include "service/on_pool.h"

namespace atelier {
namespace {

using Captioned = std::vector<std::pair<std::string, std::string>>;  // caption, blob key

Captioned picturesOf(const Job& job) {
    Captioned out;
    const auto& record = job.provenance;
    for (const auto& [role, key] : record.inputs) out.emplace_back(role, key);
    if (record.mask_key) out.emplace_back("mask", *record.mask_key);
    for (const auto& [field, key] : record.images) out.emplace_back("sent: " + field, key);
    for (const auto& sample : job.samples) {
        // What the provider made is shown to whoever pays for it; a later step was sent it, too.
        if (sample.status != SampleStatus::Succeeded) continue;
        const auto suffix =
            job.samples.size() > 1 ? fmt::format(" {}", sample.index) : std::string{};
        for (const auto& step : sample.earlier) {
            if (step.raw_key) out.emplace_back("first answer" + suffix, *step.raw_key);
            out.emplace_back("first result" + suffix, step.result.key);
        }
        if (sample.provenance) {
            if (sample.provenance->mask_key)
                out.emplace_back("scene mask" + suffix, *sample.provenance->mask_key);
            for (const auto& [field, key] : sample.provenance->images)
                out.emplace_back("then sent: " + field, key);
        }
        if (sample.raw_key) out.emplace_back("provider's answer" + suffix, *sample.raw_key);
        if (sample.result) out.emplace_back("result" + suffix, sample.result->key);
    }
    return out;
}

}  // namespace

Task<Result<EncodedImage>> SheetService::sheet(Job job) {
    std::vector<std::pair<std::string, SharedBytes>> pictures;
    for (const auto& [caption, key] : picturesOf(job)) {
        auto bytes = co_await blobs_.get(key);
        if (!bytes && bytes.error().code == ErrorCode::NotFound) continue;  // swept since
        if (!bytes) co_return failure(std::move(bytes.error()));
        pictures.emplace_back(caption, *bytes);
    }
    if (pictures.empty()) co_return failure(ErrorCode::NotFound, "this job has no pictures yet");
    auto work = [&imaging = imaging_, pictures = std::move(pictures)] {
        return imaging.contactSheet(pictures);
    };
    auto made = co_await onPool(image_pool_, std::move(work));
    co_return made;
}

}  // namespace atelier
