#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/credits.h"
#include "domain/error.h"
#include "domain/job.h"

namespace atelier {

/// Credits for one sample of an engine.
struct Price {
    UsageAction action = UsageAction::Tryon;
    std::string engine;
    Credits credits_per_sample = 0;
};
BOOST_DESCRIBE_STRUCT(Price, (), (action, engine, credits_per_sample))

/// Another price for one engine of an action, or for all of them.
struct PriceChange {
    UsageAction action = UsageAction::Tryon;
    std::string engine;  ///< empty: every engine of the action
    Credits credits_per_sample = 0;
};

/// What each action costs. Immutable, thread-safe.
/// Source of the defaults: bfl-api.md §5, rounded up to whole credits.
class PriceTable {
  public:
    static PriceTable defaults();
    explicit PriceTable(std::vector<Price> rows) : rows_{std::move(rows)} {}

    /// This table with other prices; one for a single engine counts, whatever is said of all.
    /// Errors: ValidationFailed (there is no such row).
    Result<PriceTable> with(const std::vector<PriceChange>& changes) const;
    /// Errors: ValidationFailed (no such engine for this action; names those there are).
    Result<Credits> perSample(UsageAction action, std::string_view engine) const;
    const std::vector<Price>& rows() const { return rows_; }

  private:
    std::vector<Price> rows_;
};

}  // namespace atelier
