#include "store/mongo/document.h"

#include <array>

namespace atelier::mongo {
namespace {

struct Escape {
    char plain;
    std::string_view encoded;
};
constexpr std::array kEscapes{Escape{'%', "%25"}, Escape{'.', "%2E"}, Escape{'$', "%24"},
                              Escape{'\0', "%00"}};
/// Some servers refuse the empty key.
constexpr std::string_view kEmptyKey = "%";

}  // namespace

bool Document::find(std::string_view path, bson_iter_t& at) const {
    bson_iter_t top;
    return bson_iter_init(&top, bson_) &&
           bson_iter_find_descendant(&top, std::string{path}.c_str(), &at);
}

bool Document::has(std::string_view path) const {
    bson_iter_t at;
    return find(path, at);
}

std::string escapeKey(std::string_view key) {
    if (key.empty()) return std::string{kEmptyKey};
    std::string out;
    out.reserve(key.size());
    for (const char c : key) {
        std::string_view piece{&c, 1};
        for (const auto& escape : kEscapes)
            if (c == escape.plain) piece = escape.encoded;
        out += piece;
    }
    return out;
}

std::string unescapeKey(std::string_view key) {
    if (key == kEmptyKey) return {};
    std::string out;
    out.reserve(key.size());
    for (std::size_t i = 0; i < key.size(); ++i) {
        const auto* known = kEscapes.end();
        for (const auto& escape : kEscapes)
            if (key.substr(i).starts_with(escape.encoded)) known = &escape;
        if (known == kEscapes.end()) {
            out += key[i];
        } else {
            out += known->plain;
            i += known->encoded.size() - 1;
        }
    }
    return out;
}

}  // namespace atelier::mongo
