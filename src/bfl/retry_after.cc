#include <algorithm>
#include <charconv>

#include "bfl/replies.h"
#include "util/http_date.h"

namespace atelier::bfl {
namespace {

constexpr Millis kLongestRetryAfter{3'600'000};

}  // namespace

std::optional<Millis> retryAfter(const HttpResponse& response, Instant now) {
    const auto header = response.headers.find("retry-after");
    if (header == response.headers.end()) return std::nullopt;
    const auto& text = header->second;
    std::int64_t seconds = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (ec == std::errc{} && end == text.data() + text.size() && seconds >= 0)
        return std::min(Millis{Seconds{std::min<std::int64_t>(seconds, 3600)}}, kLongestRetryAfter);
    const auto date = parseHttpDate(text);
    if (!date) return std::nullopt;
    return std::clamp(*date - now, Millis{0}, kLongestRetryAfter);
}

}  // namespace atelier::bfl
