#include "net/http_host.h"

#include <fcntl.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <future>

#include <drogon/HttpAppFramework.h>
#include <drogon/RequestStream.h>
#include <trantor/net/EventLoop.h>
#include <trantor/net/TcpConnection.h>
#include <trantor/utils/Logger.h>

#include "net/connection_table.h"
#include "net/port_reservation.h"
#include "telemetry/log.h"

namespace atelier::net {
namespace {

/// Drogon answers larger bodies itself, without a word; ours are refused before.
constexpr std::size_t kNoLimit = std::size_t{1} << 40;

/// Drogon's own body stays empty for a request that is read as a stream.
constexpr const char* kBodyAttribute = "atelier.body";

std::mutex listening_mutex;
std::vector<int> listening_fds;  // guarded by listening_mutex

trantor::TcpConnectionPtr connectionOf(const HttpRequestPtr& request) {
    return request->getConnectionPtr().lock();
}

void logDrogon(const char* text, std::uint64_t length) {
    std::string_view line{text, static_cast<std::size_t>(length)};
    while (line.ends_with('\n')) line.remove_suffix(1);
    log::warn("web server", {{"text", line}});
}

std::size_t headerBytes(const HttpRequestPtr& request) {
    std::size_t total = request->path().size() + request->query().size();
    for (const auto& [name, value] : request->headers()) total += name.size() + value.size();
    return total;
}

bool hasBody(const HttpRequestPtr& request) {
    const auto& headers = request->headers();
    const auto length = headers.find("content-length");
    if (length != headers.end()) return length->second != "0";
    return headers.contains("transfer-encoding");
}

bool isToken(std::string_view name) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::ranges::all_of(name, [kMarks](unsigned char c) {
        return std::isalnum(c) != 0 || kMarks.find(static_cast<char>(c)) != kMarks.npos;
    });
}

bool isControl(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

/// Drogon takes "2g" for the chunk size 2, and the first of two codings: where such a body ends is
/// nobody's to say, so that no request may follow it (RFC 9112 §11.2).
bool isLastOfConnection(const HttpRequestPtr& request) {
    return request->headers().contains("transfer-encoding");
}

/// True when a proxy in front of us might see the end of this request elsewhere than Drogon does: a
/// header name with a space in it (also of a folded line), a control character in a value, no host,
/// a length that is not plainly a number, a length beside a transfer coding, a coding other than
/// chunked. Of two equal headers Drogon keeps one, so two lengths cannot be seen here.
/// Source: RFC 9112 §3.2, §5.1, §5.2, §6.1, §6.3; RFC 9110 §5.5.
bool isAmbiguous(const HttpRequestPtr& request) {
    const auto& headers = request->headers();
    for (const auto& [name, value] : headers)
        if (!isToken(name) || std::ranges::any_of(value, isControl)) return true;
    if (request->version() == drogon::Version::kHttp11 && !headers.contains("host")) return true;
    const auto length = headers.find("content-length");
    const auto coding = headers.find("transfer-encoding");
    if (length == headers.end())
        return coding != headers.end() && ::strcasecmp(coding->second.c_str(), "chunked") != 0;
    const auto& digits = length->second;
    return coding != headers.end() || digits.empty() || digits.size() > 18 ||
           digits.find_first_not_of("0123456789") != digits.npos;
}

/// Drogon sends no stream to a client that wants the connection closed afterwards; `endOfStream`
/// closes it then.
void keepOpenForStream(const HttpRequestPtr&, const HttpResponsePtr& response) {
    if (!response->ifCloseConnection() || !response->asyncStreamCallback()) return;
    response->setCloseConnection(false);
    response->addHeader("connection", "close");
}

/// Closes after what is queued has been written; a client that goes on sending is cut off later.
void closeSoon(const trantor::TcpConnectionPtr& connection) {
    connection->getLoop()->queueInLoop([connection] {
        if (const auto peer = ConnectionTable::find(connection.get())) {
            peer->closing = true;
            peer->phase_since = std::chrono::steady_clock::now();
        }
        connection->shutdown();
    });
}

drogon::HttpStatusCode bareStatus(Refusal why) {
    switch (why) {
        case Refusal::BodyTooLarge:
            return drogon::k413RequestEntityTooLarge;
        case Refusal::HeadersTooLarge:
            return drogon::k431RequestHeaderFieldsTooLarge;
        case Refusal::Malformed:
            return drogon::k400BadRequest;
        case Refusal::TooSlow:
            return drogon::k408RequestTimeout;
        case Refusal::Overloaded:
            return drogon::k503ServiceUnavailable;
        case Refusal::HandlerFailed:
            return drogon::k500InternalServerError;
    }
    return drogon::k500InternalServerError;
}

/// Drogon fills its upload folder with 256 folders at the start. They are never used here, so they
/// are made in memory where that can be had (on a disk they take longer than everything else), and
/// removed once Drogon runs.
std::string makeSpool() {
    std::string folder;
    for (const auto& parent :
         {std::filesystem::path{"/dev/shm"}, std::filesystem::temp_directory_path()}) {
        folder = (parent / "atelier-XXXXXX").string();
        if (::mkdtemp(folder.data()) != nullptr) break;
    }
    return folder;
}

}  // namespace

struct HttpHost::BoundSite {
    Site site;
    std::unique_ptr<PortReservation> address;
    std::uint16_t port;
};

/// Collects a body in memory and hands the request over when it is complete.
class HttpHost::BodyReader final : public drogon::RequestStreamReader,
                                   public std::enable_shared_from_this<BodyReader> {
  public:
    BodyReader(HttpHost& host, BoundSite& site, HttpRequestPtr request, Answer answer)
        : host_{host}, site_{site}, request_{std::move(request)}, answer_{std::move(answer)} {}
    ~BodyReader() override { host_.buffered_ -= counted_; }

    void reserve(std::size_t bytes) { body_.reserve(bytes); }

    void startClock(Peer& peer) {
        peer.enter(Peer::Phase::Receiving);
        peer.on_overdue = [reader = weak_from_this()] {
            const auto self = reader.lock();
            if (self && self->answer_) self->giveUp(Refusal::TooSlow);
        };
    }

    void onStreamData(const char* data, std::size_t length) override {
        if (!answer_) return;
        counted_ += length;
        const auto buffered = host_.buffered_ += length;
        if (body_.size() + length > site_.site.max_body_bytes) return giveUp(Refusal::BodyTooLarge);
        if (buffered > host_.options_.max_buffered_bytes) return giveUp(Refusal::Overloaded);
        body_.append(data, length);
    }

    void onStreamFinish(std::exception_ptr broken) override {
        const auto answer = std::exchange(answer_, nullptr);
        const auto request = std::exchange(request_, nullptr);
        if (broken || !answer) return;
        if (const auto connection = connectionOf(request))
            if (const auto peer = ConnectionTable::find(connection.get())) {
                peer->enter(Peer::Phase::Waiting);
                peer->last = isLastOfConnection(request);
            }
        request->attributes()->insert(kBodyAttribute, share(std::move(body_)));
        host_.respond(site_, request, answer);
    }

  private:
    void giveUp(Refusal why) {
        host_.buffered_ -= std::exchange(counted_, 0);
        body_ = {};
        host_.refuse(site_, request_, std::exchange(answer_, nullptr), why);
    }

    HttpHost& host_;
    BoundSite& site_;
    HttpRequestPtr request_;
    Answer answer_;
    std::string body_;
    std::size_t counted_ = 0;
};

HttpHost::HttpHost(HostOptions options)
    : options_{options},
      connections_{std::make_unique<ConnectionTable>(PeerTimeouts{
          options.idle_timeout, options.header_timeout, options.min_body_bytes_per_second})} {}

HttpHost::~HttpHost() {
    stop();
}

Result<std::size_t> HttpHost::addSite(Site site) {
    auto address = PortReservation::take(site.host, site.port);
    if (!address) return std::unexpected(std::move(address.error()));
    const auto port = (*address)->port();
    sites_.push_back(
        std::make_unique<BoundSite>(BoundSite{std::move(site), std::move(*address), port}));
    return sites_.size() - 1;
}

std::uint16_t HttpHost::port(std::size_t site) const {
    return sites_.at(site)->port;
}

void HttpHost::configure() {
    trantor::Logger::setOutputFunction(logDrogon, [] {});
    spool_ = makeSpool();
    auto& app = drogon::app();
    app.setLogLevel(trantor::Logger::kWarn)
        .setThreadNum(options_.io_threads)
        .setUploadPath(spool_)
        .setClientMaxBodySize(kNoLimit)
        .setClientMaxMemoryBodySize(kNoLimit)
        .setIdleConnectionTimeout(0)  // ConnectionTable does it, and knows more
        .enableServerHeader(false)
        .enableGzip(options_.compress)
        .enableBrotli(options_.compress)
        .enableRequestStream(true)
        .disableSigtermHandling()
        .setBeforeListenSockOptCallback([](int fd) {
            const std::lock_guard lock{listening_mutex};
            listening_fds.push_back(fd);
        })
        .setAfterAcceptSockOptCallback(&ConnectionTable::noteAccepted)
        .setConnectionCallback([this](const trantor::TcpConnectionPtr& connection) {
            connections_->onConnection(connection);
        })
        .registerPreSendingAdvice(&keepOpenForStream)
        .registerPreRoutingAdvice(
            [this](const HttpRequestPtr& request, drogon::AdviceCallback&& answer,
                   drogon::AdviceChainCallback&&) { receive(request, std::move(answer)); });
    app.enableReusePort(true);
    for (const auto& site : sites_) app.addListener(site->address->address(), site->port);
}

void HttpHost::start() {
    configure();
    std::promise<void> started;
    drogon::app().registerBeginningAdvice([&started] {
        // Listening starts right after this advice, in the same turn of the loop.
        drogon::app().getLoop()->queueInLoop([&started] { started.set_value(); });
    });
    thread_ = std::thread{[] { drogon::app().run(); }};
    running_ = true;
    started.get_future().wait();
    for (std::size_t i = 0; i < options_.io_threads; ++i) {
        std::promise<void> listening;
        drogon::app().getIOLoop(i)->queueInLoop([&listening] { listening.set_value(); });
        listening.get_future().wait();
    }
    std::error_code ignored;
    std::filesystem::remove_all(spool_, ignored);
}

HttpHost::BoundSite* HttpHost::siteOf(const HttpRequestPtr& request) {
    const auto port = request->localAddr().toPort();
    for (const auto& site : sites_) {
        if (site->port == port) return site.get();
    }
    return nullptr;
}

void HttpHost::receive(const HttpRequestPtr& request, Answer answer) {
    auto& site = *siteOf(request);
    const auto connection = connectionOf(request);
    if (!connection) return;
    const auto peer = ConnectionTable::find(connection.get());
    if (peer && (peer->closing || peer->last)) return;  // what came behind is nobody's
    if (headerBytes(request) > site.site.max_header_bytes) {
        refuse(site, request, answer, Refusal::HeadersTooLarge);
        return;
    }
    if (isAmbiguous(request)) {
        const auto rest = drogon::internal::createRequestStream(request);
        if (rest) rest->setStreamReader(drogon::RequestStreamReader::newNullReader());
        refuse(site, request, answer, Refusal::Malformed);
        return;
    }
    if (!hasBody(request)) {
        if (peer) peer->enter(Peer::Phase::Waiting);
        respond(site, request, std::move(answer));
        return;
    }
    const auto stream = drogon::internal::createRequestStream(request);
    const auto declared = request->getHeader("content-length");
    const auto length = declared.empty() ? 0 : std::strtoull(declared.c_str(), nullptr, 10);
    if (length > site.site.max_body_bytes) {
        stream->setStreamReader(drogon::RequestStreamReader::newNullReader());
        refuse(site, request, answer, Refusal::BodyTooLarge);
        return;
    }
    auto reader = std::make_shared<BodyReader>(*this, site, request, std::move(answer));
    reader->reserve(length);
    if (peer) reader->startClock(*peer);
    stream->setStreamReader(std::move(reader));
}

drogon::AsyncTask HttpHost::respond(BoundSite& site, HttpRequestPtr request, Answer answer) {
    const auto connection = connectionOf(request);
    const auto peer = ConnectionTable::find(connection.get());
    ++active_;
    if (peer) ++peer->running;
    HttpResponsePtr response;
    bool failed = false;
    try {
        auto handled = site.site.handler(request);
        response = co_await handled;
    } catch (const std::exception& e) {
        failed = true;
        log::error("handler threw", {{"site", site.site.name}, {"cause", e.what()}});
    }
    if (failed) {
        refuse(site, request, answer, Refusal::HandlerFailed);
    } else if (response) {
        const bool last = draining_.load(std::memory_order_relaxed) || isLastOfConnection(request);
        if (last) response->addHeader("connection", "close");
        answer(response);
        if (last) closeSoon(connection);
    }
    if (peer) connection->getLoop()->runInLoop([peer] { --peer->running; });
    --active_;
}

void HttpHost::refuse(BoundSite& site, const HttpRequestPtr& request, const Answer& answer,
                      Refusal why) {
    HttpResponsePtr response;
    if (site.site.refuse) response = site.site.refuse(request, why);
    if (!response) {
        response = drogon::HttpResponse::newHttpResponse();
        response->setStatusCode(bareStatus(why));
    }
    response->addHeader("connection", "close");
    const auto connection = connectionOf(request);
    if (connection) {
        if (const auto peer = ConnectionTable::find(connection.get())) peer->closing = true;
    }
    answer(response);
    if (connection) closeSoon(connection);
}

void HttpHost::stopAccepting() {
    // Drogon can only stop listening together with everything else. Putting another file in a
    // listening socket's place closes the socket and takes it out of the event loop's set.
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    const std::lock_guard lock{listening_mutex};
    for (const int fd : listening_fds) ::dup3(nothing, fd, O_CLOEXEC);
    listening_fds.clear();
    ::close(nothing);
    for (const auto& site : sites_) site->address.reset();
}

bool HttpHost::drain(Deadline deadline) {
    draining_ = true;
    if (running_) stopAccepting();
    while (active_.load() > 0) {
        if (deadline.expired()) return false;
        std::this_thread::sleep_for(Millis{5});
    }
    return true;
}

void HttpHost::stop() {
    if (!std::exchange(running_, false)) return;
    draining_ = true;
    stopAccepting();
    drogon::app().quit();
    thread_.join();
}

std::string peerAddress(const HttpRequestPtr& request) {
    return request->peerAddr().toIp();
}

SharedBytes bodyOf(const HttpRequestPtr& request) {
    const auto& body = request->attributes()->get<SharedBytes>(kBodyAttribute);
    return body ? body : share(Bytes{request->body()});  // one that did not come through a host
}

void sendRaw(const HttpRequestPtr& request, std::string bytes) {
    if (const auto connection = connectionOf(request)) connection->send(std::move(bytes));
}

void closeConnection(const HttpRequestPtr& request) {
    if (const auto connection = connectionOf(request)) closeSoon(connection);
}

std::function<void()> endOfStream(const HttpRequestPtr& request) {
    const auto wish = request->getHeader("connection");
    if (::strcasecmp(wish.c_str(), "close") != 0) return [] {};
    return [connection = request->getConnectionPtr()] {
        if (const auto open = connection.lock()) closeSoon(open);
    };
}

void resetConnection(const HttpRequestPtr& request) {
    const auto connection = connectionOf(request);
    if (!connection) return;
    connection->getLoop()->runInLoop([connection] {
        const auto peer = ConnectionTable::find(connection.get());
        if (!peer) return;
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        connection->forceClose();
    });
}

}  // namespace atelier::net
