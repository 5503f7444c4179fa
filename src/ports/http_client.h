#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "util/bytes.h"
#include "util/task.h"
#include "util/time.h"

namespace atelier {

/// An outgoing request. Redirects are not followed unless `max_redirects` > 0.
struct HttpRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    SharedBytes body;  ///< null: none
    Millis connect_timeout{5'000};
    Millis timeout{30'000};                      ///< whole exchange
    std::size_t max_response_bytes = 64u << 20;  ///< more is refused
    bool cut_response = false;                   ///< more is left unread instead: status decides
    int max_redirects = 0;
    /// Refuse addresses that are not public (loopback, private, link-local, …),
    /// checked on the address actually connected to: for URLs users gave us.
    bool public_addresses_only = false;
    bool allow_loopback = false;  ///< this machine too, then: for development
};

struct HttpResponse {
    int status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    Bytes body;
};

/// How an exchange failed, told apart by what the server can have seen.
enum class HttpFailure {
    NotSent,    ///< no connection: DNS, refused, TLS, connect timeout. Safe to repeat.
    Ambiguous,  ///< the request may have arrived: reset, timeout, truncated reply
    TooLarge,   ///< the reply exceeded max_response_bytes
    Forbidden,  ///< the URL or address is not allowed
    Canceled,   ///< `stop` was requested
};

struct HttpError {
    HttpFailure failure;
    std::string message;  ///< for the log
};

/// Sends HTTP requests. Thread-safe; never blocks the caller. One implementation
/// (libcurl) serves the provider client, S3, webhooks and URL import.
class HttpClient {
  public:
    virtual ~HttpClient() = default;
    /// Any HTTP status is a success here; only a broken exchange is an error.
    virtual Task<std::expected<HttpResponse, HttpError>> send(HttpRequest request,
                                                              std::stop_token stop) = 0;
};

}  // namespace atelier
