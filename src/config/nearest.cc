#include "config/nearest.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace atelier::config {
namespace {

std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
        }
    }
    return row.back();
}

}  // namespace

std::string_view nearest(std::string_view wrong, const std::vector<std::string_view>& words) {
    std::string_view best;
    auto fewest = wrong.size() / 2 + 1;
    for (const auto word : words) {
        if (const auto edits = editDistance(wrong, word); edits < fewest) {
            best = word;
            fewest = edits;
        }
    }
    return best;
}

}  // namespace atelier::config
