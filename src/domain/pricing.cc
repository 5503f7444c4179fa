#include "domain/pricing.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "util/join.h"
#include "util/names.h"

namespace atelier {
namespace {

/// They cost the same whatever they do.
constexpr std::array kKleinFinetunes{
    "flux-2-klein-4b-finetuned",      "flux-2-klein-9b-finetuned",
    "flux-2-klein-9b-kv-finetuned",   "flux-2-klein-9b-kv-bf16-finetuned",
    "flux-2-klein-base-4b-finetuned", "flux-2-klein-base-9b-finetuned",
};

}  // namespace

PriceTable PriceTable::defaults() {
    using enum UsageAction;
    std::vector<Price> rows{
        {Tryon, "fill", 5},
        {Tryon, "fill-finetuned", 6},
        {Tryon, "vto", 5},
        {Tryon, "vto-v1", 5},
        {ModelGen, "flux-pro-1.1", 4},
        {ModelGen, "flux-pro-1.1-ultra", 6},
        {ModelGen, "flux-pro-1.1-ultra-finetuned", 7},
        {ModelGen, "flux-dev", 3},
        // FLUX.2 by the megapixel: engines send at most one, see Sizing::Grid16.
        {ModelGen, "flux-2-pro", 3},
        {ModelGen, "flux-2-pro-preview", 3},
        {ModelGen, "flux-2-max", 7},
        {ModelGen, "flux-2-flex", 5},
        {ModelGen, "flux-2-klein-4b", 2},
        {ModelGen, "flux-2-klein-9b", 2},
        {ModelGen, "flux-2-klein-9b-preview", 2},
        // Edits: one megapixel out, two in.
        {Tryon, "flux-2-pro", 6},
        {Tryon, "flux-2-pro-preview", 6},
        {Tryon, "flux-2-max", 13},
        {Tryon, "flux-2-flex", 15},
        {Tryon, "flux-2-klein-4b", 2},
        {Tryon, "flux-2-klein-9b", 2},
        {Tryon, "flux-2-klein-9b-preview", 2},
        {Tryon, "kontext-pro", 4},
        {Tryon, "kontext-max", 8},
        {Scene, "fill", 5},
        {Scene, "flux-2-pro", 6},
        {Scene, "flux-2-pro-preview", 6},
        {Scene, "flux-2-max", 13},
        {Scene, "flux-2-flex", 15},
        {Scene, "flux-2-klein-4b", 2},
        {Scene, "flux-2-klein-9b", 2},
        {Scene, "flux-2-klein-9b-preview", 2},
        {Scene, "kontext-pro", 4},
        {Scene, "kontext-max", 8},
        {Scene, "flux-pro-1.1", 4},
        {Scene, "flux-pro-1.1-ultra", 6},
        // The provider publishes no price for these: ours, as for similar work.
        {Scene, "erase", 5},
        {Scene, "outpaint", 6},
        {Scene, "deblur", 5},
    };
    for (const auto action : {ModelGen, Tryon, Scene})
        for (const auto* engine : kKleinFinetunes) rows.push_back({action, engine, 2});
    return PriceTable{std::move(rows)};
}

Result<PriceTable> PriceTable::with(const std::vector<PriceChange>& changes) const {
    auto rows = rows_;
    for (const bool single : {false, true}) {
        for (const auto& change : changes) {
            if (change.engine.empty() == single) continue;
            bool found = false;
            for (auto& row : rows) {
                if (row.action != change.action || (single && row.engine != change.engine))
                    continue;
                row.credits_per_sample = change.credits_per_sample;
                found = true;
            }
            if (found) continue;
            return failure(
                ErrorCode::ValidationFailed,
                fmt::format("there is no price for {}.{}", nameOf(change.action), change.engine));
        }
    }
    return PriceTable{std::move(rows)};
}

Result<Credits> PriceTable::perSample(UsageAction action, std::string_view engine) const {
    std::vector<std::string> known;
    for (const auto& row : rows_) {
        if (row.action != action) continue;
        if (row.engine == engine) return row.credits_per_sample;
        known.push_back(row.engine);
    }
    Error error{
        ErrorCode::ValidationFailed,
        fmt::format("engine \"{}\" does not do this; use one of {}", engine, join(known, ", ")),
        {},
        {},
        {},
        {}};
    error.fields.push_back({"/engine", fmt::format("must be one of {}", join(known, ", "))});
    return std::unexpected(std::move(error));
}

}  // namespace atelier
