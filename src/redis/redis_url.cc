#include "redis/redis_url.h"

#include <charconv>

#include <fmt/format.h>

#include "util/encoding.h"

namespace atelier::redis {
namespace {

constexpr std::string_view kShape = "redis[s]://[user:password@]host:port[/database]";

std::unexpected<Error> refuse(std::string_view what) {
    return failure(ErrorCode::ValidationFailed,
                   fmt::format("REDIS_URL: {}; it looks like {}", what, kShape));
}

/// Undoes percent-encoding; what is no valid escape stays as it is.
std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = text[i] == '%' ? fromHex(text.substr(i + 1, 2)) : std::nullopt;
        if (byte && byte->size() == 1) {
            out += static_cast<char>((*byte)[0]);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

template <class Number>
bool read(std::string_view text, Number& into) {
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), into);
    return wrong == std::errc{} && end == text.data() + text.size();
}

void readCredentials(std::string_view text, RedisUrl& url) {
    const auto colon = text.find(':');
    url.user = decoded(text.substr(0, colon));
    if (colon != std::string_view::npos) url.password = decoded(text.substr(colon + 1));
}

bool readPlace(std::string_view text, RedisUrl& url) {
    std::string_view port;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return false;
        url.host = text.substr(1, end - 1);
        port = text.substr(end + 1);
    } else {
        const auto colon = text.find(':');
        url.host = text.substr(0, colon);
        if (colon != std::string_view::npos) port = text.substr(colon);
    }
    if (url.host.empty()) return false;
    return port.empty() || (port[0] == ':' && read(port.substr(1), url.port) && url.port > 0);
}

}  // namespace

std::string RedisUrl::where() const {
    return host.contains(':') ? fmt::format("[{}]:{}", host, port)
                              : fmt::format("{}:{}", host, port);
}

Result<RedisUrl> parseRedisUrl(std::string_view text) {
    RedisUrl url;
    url.tls = text.starts_with("rediss://");
    if (!url.tls && !text.starts_with("redis://"))
        return refuse("the scheme is neither redis nor rediss");
    text.remove_prefix(text.find("//") + 2);
    if (text.find_first_of("?#") != std::string_view::npos)
        return refuse("it has no ? and # parts");
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
        readCredentials(text.substr(0, at), url);
        text.remove_prefix(at + 1);
    }
    const auto slash = text.find('/');
    const auto database =
        slash == std::string_view::npos ? std::string_view{} : text.substr(slash + 1);
    if (!readPlace(text.substr(0, slash), url)) return refuse("host and port cannot be read");
    if (!database.empty() && (!read(database, url.database) || url.database < 0))
        return refuse("the database is not a number");
    return url;
}

}  // namespace atelier::redis
