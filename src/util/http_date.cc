#include "util/http_date.h"

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

}  // namespace atelier
