#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <drogon/HttpRequest.h>
#include <drogon/HttpResponse.h>

#include "domain/error.h"
#include "util/bytes.h"
#include "util/task.h"
#include "util/time.h"

namespace atelier::net {

using drogon::HttpRequestPtr;
using drogon::HttpResponsePtr;

class ConnectionTable;
class PortReservation;

/// Why the host itself turns a request away.
enum class Refusal {
    BodyTooLarge,     ///< 413; the connection is closed afterwards
    HeadersTooLarge,  ///< 431; likewise
    Malformed,        ///< 400: it can be read in two ways (request smuggling); likewise
    TooSlow,          ///< 408: the body came too slowly; likewise
    Overloaded,       ///< 503: too many bytes of request bodies are in memory
    HandlerFailed,    ///< 500: the handler threw
};

/// One listen address and what answers there.
struct Site {
    std::string name;  ///< in the log
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free one, see HttpHost::port

    /// Called for every request, whatever its method and path, on the event loop
    /// of its connection, with the whole body in memory. A null response sends
    /// nothing: the connection is left as it is (a hang), or has been dealt with
    /// by `resetConnection`, `sendRaw` …
    std::function<Task<HttpResponsePtr>(HttpRequestPtr)> handler;

    /// Makes the answer to a refused request; absent: a bare status.
    std::function<HttpResponsePtr(HttpRequestPtr, Refusal)> refuse;

    std::size_t max_body_bytes = 32u << 20;
    std::size_t max_header_bytes = 32u << 10;  ///< names and values together
};

struct HostOptions {
    std::size_t io_threads = 2;
    Millis idle_timeout{75'000};    ///< without a byte either way, between and after requests
    Millis header_timeout{15'000};  ///< from a request's first byte to the end of its headers
    /// After `header_timeout` a body must have arrived at this average rate.
    std::size_t min_body_bytes_per_second = 4096;
    std::size_t max_buffered_bytes = 512u << 20;  ///< request bodies in memory, all connections
    bool compress = true;                         ///< gzip and brotli for text of 1 KiB and more
};

/// The web server: several sites in one set of event loops. The only code besides
/// util/task.h that knows drogon::app(), so there is one host per process, started
/// at most once.
///
/// Order of calls: addSite…, start, drain, stop. All but `port` and the functions
/// about requests belong to one thread.
class HttpHost {
  public:
    explicit HttpHost(HostOptions options);
    ~HttpHost();
    HttpHost(const HttpHost&) = delete;
    HttpHost& operator=(const HttpHost&) = delete;

    /// Reserves the address at once, so that `port` is known before `start`; returns
    /// the site's index. Errors: NotReady (in use, no such address, no permission).
    Result<std::size_t> addSite(Site site);
    std::uint16_t port(std::size_t site) const;

    /// Runs the event loops on threads of their own; returns when every site accepts.
    void start();

    /// Closes the listening sockets, then waits until no handler is running or
    /// `deadline`. Answers given meanwhile close their connections. True when all ended.
    bool drain(Deadline deadline);

    /// Closes every connection and joins the threads. Idempotent.
    void stop();

    /// Handlers that are running now.
    std::size_t active() const { return active_.load(); }
    bool draining() const { return draining_.load(); }

  private:
    struct BoundSite;
    class BodyReader;
    using Answer = std::function<void(const HttpResponsePtr&)>;

    void configure();
    void receive(const HttpRequestPtr& request, Answer answer);
    drogon::AsyncTask respond(BoundSite& site, HttpRequestPtr request, Answer answer);
    void refuse(BoundSite& site, const HttpRequestPtr& request, const Answer& answer, Refusal why);
    BoundSite* siteOf(const HttpRequestPtr& request);
    void stopAccepting();

    const HostOptions options_;
    std::vector<std::unique_ptr<BoundSite>> sites_;
    std::unique_ptr<ConnectionTable> connections_;
    std::string spool_;
    std::atomic<std::size_t> active_{0};
    std::atomic<std::size_t> buffered_{0};
    std::atomic<bool> draining_{false};
    bool running_ = false;
    std::thread thread_;
};

/// The client's address as the socket has it, without port: `127.0.0.1`, `::1`.
std::string peerAddress(const HttpRequestPtr& request);

/// The whole body, never null. Drogon's own `body()` is empty here.
SharedBytes bodyOf(const HttpRequestPtr& request);

/// Sends `bytes` as they are, in place of a response: for broken answers on purpose.
void sendRaw(const HttpRequestPtr& request, std::string bytes);
/// Closes the connection after what has been sent.
void closeConnection(const HttpRequestPtr& request);
/// To be called by whoever sent a streaming answer (text/event-stream), after its last byte: closes
/// the connection if the client wanted one request only. Does not keep the request alive.
std::function<void()> endOfStream(const HttpRequestPtr& request);
/// Breaks the connection off with a TCP RST.
void resetConnection(const HttpRequestPtr& request);

}  // namespace atelier::net
