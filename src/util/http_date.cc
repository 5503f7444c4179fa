#include "util/http_date.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

namespace atelier {

std::optional<Instant> parseHttpDate(const std::string& text) {
    std::tm parts{};
    std::istringstream in{text};
    in.imbue(std::locale::classic());
    in >> std::get_time(&parts, "%a, %d %b %Y %H:%M:%S GMT");
    if (in.fail()) return std::nullopt;
    return std::chrono::floor<Millis>(std::chrono::system_clock::from_time_t(timegm(&parts)));
}

std::optional<Millis> parseRetryAfter(const std::string& text, Instant now) {
    constexpr Seconds kLongest = std::chrono::days{365};
    std::int64_t seconds = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (ec == std::errc{} && end == text.data() + text.size() && seconds >= 0)
        return std::min(Seconds{seconds}, kLongest);
    const auto date = parseHttpDate(text);
    if (!date) return std::nullopt;
    return std::clamp<Millis>(*date - now, Millis{0}, kLongest);
}

}  // namespace atelier
