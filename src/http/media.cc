#include "http/media.h"

#include <algorithm>

#include "http/text.h"

namespace atelier::http {
namespace {

bool isRefused(std::string_view parameters) {
    while (!parameters.empty()) {
        const auto parameter = cut(parameters, ';');
        if (parameter == "q=0" || parameter == "q=0.0" || parameter == "q=0.00" ||
            parameter == "q=0.000")
            return true;
    }
    return false;
}

bool covers(std::string_view range, std::string_view type) {
    if (range == "*/*" || type == "*/*" || range == type) return true;
    return range.ends_with("/*") && type.starts_with(range.substr(0, range.size() - 1));
}

}  // namespace

std::string mediaType(std::string_view header) {
    return lowered(cut(header, ';'));
}

bool isAcceptable(std::string_view accept, const std::vector<std::string>& produced) {
    if (accept.empty() || accept == "*/*" || produced.empty()) return true;
    while (!accept.empty()) {
        auto item = cut(accept, ',');
        const auto range = lowered(cut(item, ';'));
        if (isRefused(item)) continue;
        if (std::ranges::any_of(produced, [&](const auto& type) { return covers(range, type); }))
            return true;
    }
    return false;
}

bool matchesEtag(std::string_view header, std::string_view etag) {
    while (!header.empty()) {
        auto tag = cut(header, ',');
        if (tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag == "*" || tag == etag) return true;
    }
    return false;
}

}  // namespace atelier::http
