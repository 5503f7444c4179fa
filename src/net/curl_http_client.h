#pragma once

#include <memory>
#include <string>

#include "ports/http_client.h"

namespace atelier {

namespace net {
class CurlLoop;
}

struct CurlOptions {
    std::string ca_file;  ///< PEM bundle to trust instead of the system's; empty: the system's
    std::string user_agent = "atelier";
    long max_requests_per_host = 128;  ///< at a time, further ones wait without limit; 0: no limit
};

/// `HttpClient` on libcurl's multi interface: HTTP/1.1 and HTTP/2, connections kept
/// and shared, certificates verified, http and https only. Thread-safe.
///
/// Requests with `public_addresses_only` have a thread and connections of their own,
/// so that they never ride on a connection that was opened to a private address, and
/// they bypass proxies; the others obey `http_proxy`, `https_proxy` and `no_proxy`.
///
/// A POST or PATCH is never sent a second time, not even when a kept connection turns
/// out to be dead, where libcurl on its own would repeat it.
///
/// Redirects go out with the headers of the first request: ask for them only where
/// these hold no secret. From https they lead to https only.
///
/// Only so many requests at a time go to one scheme, host and port; the timeouts of
/// the others begin when their turn comes.
///
/// Coroutines without an event loop are resumed on the I/O thread and must not block
/// it. The destructor cancels what is still running.
class CurlHttpClient final : public HttpClient {
  public:
    explicit CurlHttpClient(CurlOptions options = {});
    ~CurlHttpClient() override;

    Task<std::expected<HttpResponse, HttpError>> send(HttpRequest request,
                                                      std::stop_token stop) override;

  private:
    std::unique_ptr<net::CurlLoop> any_;
    std::unique_ptr<net::CurlLoop> public_only_;
};

}  // namespace atelier
