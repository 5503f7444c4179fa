#include "net/curl_url_guard.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include <curl/curl.h>

#include "net/public_address.h"

namespace atelier {
namespace {

constexpr std::size_t kLongestUrl = 2048;

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

std::unexpected<Error> refused(std::string why) {
    return failure(ErrorCode::UrlNotAllowed, std::move(why));
}

/// Empty when there is no such part.
std::string part(const Url& url, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
    std::string out{text};
    curl_free(text);
    return out;
}

enum class Reach { Public, Loopback, Private, ByName };

/// What kind of place a host names, without asking the network.
Reach reachOf(std::string host) {
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    while (host.ends_with('.')) host.pop_back();
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) == 0) {
        const auto& address = *found->ai_addr;
        const auto reach = net::isPublicAddress(address)     ? Reach::Public
                           : net::isLoopbackAddress(address) ? Reach::Loopback
                                                             : Reach::Private;
        ::freeaddrinfo(found);
        return reach;
    }
    std::ranges::transform(host, host.begin(), [](unsigned char c) { return std::tolower(c); });
    if (host == "localhost" || host.ends_with(".localhost")) return Reach::Loopback;
    return host.find('.') == host.npos ? Reach::Private : Reach::ByName;
}

Result<> judge(const Url& url, bool allow_loopback) {
    if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty())
        return refused("the URL must not contain credentials");
    if (!part(url, CURLUPART_ZONEID).empty())
        return refused("the URL must not name a network zone");
    const auto reach = reachOf(part(url, CURLUPART_HOST));
    const auto scheme = part(url, CURLUPART_SCHEME);
    const bool here = reach == Reach::Loopback && allow_loopback;
    if (scheme != "https" && !(scheme == "http" && here))
        return refused("the URL must begin with https://");
    if (here || reach == Reach::Public || reach == Reach::ByName) return {};
    return refused("the URL must lead to a public address");
}

/// Sets `text` as an absolute URL, or relative to what `url` holds.
Result<> parse(const Url& url, const std::string& text) {
    if (text.size() > kLongestUrl) return refused("the URL may have 2048 characters");
    const bool odd =
        std::ranges::any_of(text, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
    if (odd || text.find('\\') != text.npos)
        return refused("the URL must not contain spaces, line breaks or backslashes");
    if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return refused("the URL cannot be understood");
    return {};
}

}  // namespace

Result<> CurlUrlGuard::check(const std::string& url) const {
    const Url parsed{curl_url()};
    if (auto done = parse(parsed, url); !done) return done;
    return judge(parsed, allow_loopback_);
}

Result<std::string> CurlUrlGuard::follow(const std::string& from,
                                         const std::string& location) const {
    const Url parsed{curl_url()};
    if (auto done = parse(parsed, from); !done) return failure(std::move(done.error()));
    if (auto done = parse(parsed, location); !done) return failure(std::move(done.error()));
    if (auto done = judge(parsed, allow_loopback_); !done) return failure(std::move(done.error()));
    return part(parsed, CURLUPART_URL);
}

}  // namespace atelier
