#include "domain/pricing.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace atelier {

PriceTable PriceTable::defaults() {
    using enum UsageAction;
    return PriceTable{{
        {Tryon, "fill", 5},
        {ModelGen, "flux-pro-1.1", 4},
    }};
}

Result<Credits> PriceTable::perSample(UsageAction action, std::string_view engine) const {
    std::vector<std::string> known;
    for (const auto& row : rows_) {
        if (row.action != action) continue;
        if (row.engine == engine) return row.credits_per_sample;
        known.push_back(row.engine);
    }
    Error error{ErrorCode::ValidationFailed,
                fmt::format("engine \"{}\" does not do this; use one of {}", engine, fmt::join(known, ", ")),
                {}, {}, {}, {}};
    error.fields.push_back({"/engine", fmt::format("must be one of {}", fmt::join(known, ", "))});
    return std::unexpected(std::move(error));
}

}  // namespace atelier
