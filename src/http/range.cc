#include "http/range.h"

#include <algorithm>
#include <limits>

#include "http/text.h"

namespace atelier::http {

ByteRange parseRange(std::string_view header, std::int64_t size) {
    using Kind = ByteRange::Kind;
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    constexpr std::string_view kUnit = "bytes=";
    if (!header.starts_with(kUnit)) return {};
    auto spec = trimmed(header.substr(kUnit.size()));
    if (spec.contains(',') || !spec.contains('-')) return {};

    const auto first = cut(spec, '-');
    const auto last = trimmed(spec);
    if (first.empty()) {
        const auto suffix = digits(last, kMost);
        if (!suffix) return {};
        if (*suffix == 0 || size == 0) return {Kind::Unsatisfiable};
        const auto length = std::min(*suffix, size);
        return {Kind::Part, size - length, length};
    }
    const auto from = digits(first, kMost);
    const auto to = last.empty() ? size - 1 : digits(last, kMost).value_or(-1);
    if (!from || (!last.empty() && to < *from)) return {};
    if (*from >= size) return {Kind::Unsatisfiable};
    return {Kind::Part, *from, std::min(to, size - 1) - *from + 1};
}

bool rangeApplies(std::string_view if_range, std::string_view etag) {
    return if_range.empty() || trimmed(if_range) == etag;
}

}  // namespace atelier::http
