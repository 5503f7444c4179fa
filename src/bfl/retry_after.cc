#include <algorithm>

#include "bfl/replies.h"
#include "util/http_date.h"

namespace atelier::bfl {
namespace {

constexpr Millis kLongestRetryAfter{3'600'000};

}  // namespace

std::optional<Millis> retryAfter(const HttpResponse& response, Instant now) {
    const auto header = response.headers.find("retry-after");
    if (header == response.headers.end()) return std::nullopt;
    const auto wait = parseRetryAfter(header->second, now);
    if (!wait) return std::nullopt;
    return std::min(*wait, kLongestRetryAfter);
}

}  // namespace atelier::bfl
