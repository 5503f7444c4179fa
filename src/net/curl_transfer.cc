#include "net/curl_transfer.h"

#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <cstring>

#include <fmt/format.h>

#include "net/curl_http_client.h"
#include "net/public_address.h"

namespace atelier::net {
namespace {

constexpr std::size_t kMaxHeaderBytes = 64u << 10;
/// Replies up to this size are read through a small buffer: thousands may be open.
constexpr std::size_t kSmallReply = 1u << 20;
constexpr long kSmallBuffer = 4L << 10;
constexpr long kLargeBuffer = 64L << 10;
/// A connection idle for longer may be closed by the server just when it is used.
constexpr long kMaxIdleSeconds = 30;

bool hasLineBreak(std::string_view text) {
    return text.find_first_of("\r\n") != text.npos;
}

bool equalsIgnoringCase(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

}  // namespace

Transfer::Transfer(HttpRequest request) : request_{std::move(request)} {
    const auto scheme_end = request_.url.find("://");
    const auto host = scheme_end == std::string::npos ? 0 : scheme_end + 3;
    origin_ = request_.url.substr(0, request_.url.find_first_of("/?#", host));
}

bool Transfer::configure(CURL* easy, const CurlOptions& options) {
    if (hasLineBreak(request_.method) || !setHeaders(easy)) {
        fail(HttpFailure::Forbidden, "a line break in the method or a header");
        return false;
    }
    const bool from_https = request_.url.starts_with("https:");
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_);
    curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, from_https ? "https" : "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request_.max_redirects > 0 ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, static_cast<long>(request_.max_redirects));
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // Over TLS the handshake tells whether a connection can be shared; otherwise only the first
    // reply would.
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, from_https ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!options.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::onHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::onBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    if (request_.public_addresses_only) {
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::onOpenSocket);
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    }
    setLimits(easy);
    setBody(easy);
    return true;
}

bool Transfer::setHeaders(CURL* easy) {
    bool has_type = false;
    const auto add = [this](const std::string& line) {
        headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
    };
    for (const auto& [name, value] : request_.headers) {
        if (hasLineBreak(name) || hasLineBreak(value)) return false;
        has_type = has_type || equalsIgnoringCase(name, "content-type");
        add(value.empty() ? fmt::format("{};", name) : fmt::format("{}: {}", name, value));
    }
    // libcurl's own additions: a form's type, and a pause of a second before a large body.
    if (!has_type) add("Content-Type:");
    add("Expect:");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
    return true;
}

bool Transfer::repeatable() const {
    return request_.method != "POST" && request_.method != "PATCH";
}

void Transfer::setBody(CURL* easy) {
    const auto length = request_.body ? request_.body->size() : 0;
    if (request_.method == "HEAD") {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (length > 0 || request_.method == "POST" || request_.method == "PUT") {
        // Through a callback, because libcurl has to ask `onSeek` before it repeats such a body.
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(length));
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Transfer::onRead);
        curl_easy_setopt(easy, CURLOPT_READDATA, this);
        curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, &Transfer::onSeek);
        curl_easy_setopt(easy, CURLOPT_SEEKDATA, this);
        if (request_.method != "POST")
            curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    } else if (request_.method != "GET") {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
    // Without a body there is nothing to seek in; only requests on fresh connections are never
    // repeated.
    if (!repeatable() && length == 0) curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
}

void Transfer::setLimits(CURL* easy) const {
    const bool small = request_.max_response_bytes <= kSmallReply;
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, small ? kSmallBuffer : kLargeBuffer);
    // An announced size is refused before it arrives; 0 is no limit.
    const auto largest = request_.cut_response ? 0 : request_.max_response_bytes;
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(largest));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(request_.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    // Giving up on a slow name server must not wait for its thread.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

void Transfer::finish(CURL* easy, CURLcode code) {
    if (code != CURLE_OK && !cut_) {
        const char* text = error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(code);
        fail(classify(easy, code), fmt::format("curl {}: {}", static_cast<int>(code), text));
        return;
    }
    if (!header_complete_) {  // libcurl is content with less
        fail(HttpFailure::Ambiguous, "the connection ended within the header");
        return;
    }
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    outcome_ = std::move(response_);
}

void Transfer::fail(HttpFailure failure, std::string message) {
    outcome_ = std::unexpected(HttpError{failure, std::move(message)});
}

HttpFailure Transfer::classify(CURL* easy, CURLcode code) const {
    if (too_large_ || code == CURLE_FILESIZE_EXCEEDED) return HttpFailure::TooLarge;
    if (address_refused_) return HttpFailure::Forbidden;
    long bytes_sent = 0;
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &bytes_sent);
    if (bytes_sent > 0) return HttpFailure::Ambiguous;
    if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT)
        return HttpFailure::Forbidden;
    return HttpFailure::NotSent;
}

std::size_t Transfer::takeHeader(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > kMaxHeaderBytes) {
        too_large_ = true;
        return 0;
    }
    header_complete_ = trimmed(line).empty();
    if (line.starts_with("HTTP/")) {  // a reply begins: the last one counts
        response_.headers.clear();
        response_.body.clear();
        return line.size();
    }
    const auto colon = line.find(':');
    if (colon == line.npos) return line.size();
    std::string name{line.substr(0, colon)};
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    auto& value = response_.headers[name];
    if (!value.empty()) value += ", ";
    value += trimmed(line.substr(colon + 1));
    return line.size();
}

std::size_t Transfer::takeBody(std::string_view piece) {
    const auto room = request_.max_response_bytes - response_.body.size();
    if (piece.size() > room) {
        cut_ = request_.cut_response;
        too_large_ = !cut_;
        if (cut_) response_.body.append(piece.substr(0, room));
        return 0;
    }
    response_.body.append(piece);
    return piece.size();
}

std::size_t Transfer::onHeader(char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->takeHeader({data, size * count});
}

std::size_t Transfer::onBody(char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->takeBody({data, size * count});
}

std::size_t Transfer::onRead(char* buffer, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (!transfer.request_.body) return 0;
    const auto& body = *transfer.request_.body;
    const auto length = std::min(size * count, body.size() - transfer.body_sent_);
    std::memcpy(buffer, body.data() + transfer.body_sent_, length);
    transfer.body_sent_ += length;
    return length;
}

int Transfer::onSeek(void* self, curl_off_t offset, int origin) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (!transfer.repeatable() || origin != SEEK_SET || offset != 0) return CURL_SEEKFUNC_FAIL;
    transfer.body_sent_ = 0;
    return CURL_SEEKFUNC_OK;
}

curl_socket_t Transfer::onOpenSocket(void* self, curlsocktype, curl_sockaddr* address) {
    auto& transfer = *static_cast<Transfer*>(self);
    const bool here = transfer.request_.allow_loopback && isLoopbackAddress(address->addr);
    if (!here && !isPublicAddress(address->addr)) {
        transfer.address_refused_ = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace atelier::net
