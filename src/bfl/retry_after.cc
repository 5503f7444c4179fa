#include <algorithm>
#include <charconv>
#include <iomanip>
#include <locale>
#include <sstream>

#include "bfl/replies.h"

namespace atelier::bfl {
namespace {

constexpr Millis kLongest{3'600'000};

/// RFC 9110 §5.6.7, the form that servers must send: `Sun, 06 Nov 1994 08:49:37 GMT`.
std::optional<Instant> parseHttpDate(const std::string& text) {
    std::tm parts{};
    std::istringstream in{text};
    in.imbue(std::locale::classic());
    in >> std::get_time(&parts, "%a, %d %b %Y %H:%M:%S GMT");
    if (in.fail()) return std::nullopt;
    return std::chrono::floor<Millis>(std::chrono::system_clock::from_time_t(timegm(&parts)));
}

}  // namespace

std::optional<Millis> retryAfter(const HttpResponse& response, Instant now) {
    const auto header = response.headers.find("retry-after");
    if (header == response.headers.end()) return std::nullopt;
    const auto& text = header->second;
    std::int64_t seconds = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (ec == std::errc{} && end == text.data() + text.size() && seconds >= 0)
        return std::min(Millis{Seconds{std::min<std::int64_t>(seconds, 3600)}}, kLongest);
    const auto date = parseHttpDate(text);
    if (!date) return std::nullopt;
    return std::clamp(*date - now, Millis{0}, kLongest);
}

}  // namespace atelier::bfl
