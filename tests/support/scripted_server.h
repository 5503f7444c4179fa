#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace atelier::test {

/// A request as it arrived. Header names in lower case.
struct SeenRequest {
    int connection = 0;  ///< counts from 1
    std::string method, target, body;
    std::map<std::string, std::string> headers;
};

/// The server's end of one connection: reads requests, writes any bytes at all.
class Peer {
  public:
    Peer(int socket, int number, ssl_ctx_st* tls);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    /// The next request; false when the client is gone.
    bool read(SeenRequest& request);
    void write(std::string_view bytes);
    /// A whole reply with Content-Length.
    void reply(int status, std::string_view body, const std::string& extra_headers = {});
    /// Ends the connection with a TCP reset.
    void reset();
    /// Returns when the client has closed.
    void waitUntilGone();

  private:
    long receive(char* buffer, std::size_t size);

    int socket_;
    int number_;
    ssl_st* tls_ = nullptr;
    std::string buffered_;
};

/// A TCP server on a free loopback port whose replies are what the test says, right
/// or wrong. Every connection has a thread that runs the script: for HTTP once per
/// request, until it throws `Done` or the client goes.
class ScriptedServer {
  public:
    using Script = std::function<void(Peer&, const SeenRequest&)>;
    struct Done {};

    enum class Transport { Plain, Tls };
    explicit ScriptedServer(Script script, Transport transport = Transport::Plain);
    ~ScriptedServer();

    int port() const { return port_; }
    std::string url(const std::string& path = "/") const;
    /// PEM file of the certificate, which names 127.0.0.1 and localhost.
    const std::string& caFile() const { return ca_file_; }

    std::vector<SeenRequest> requests() const;
    int connections() const { return connections_; }
    /// Returns when `count` requests have arrived.
    void waitForRequests(std::size_t count);

  private:
    void accept();
    void serve(int socket, int number);

    Script script_;
    int listener_ = -1;
    int port_ = 0;
    ssl_ctx_st* tls_ = nullptr;
    std::string ca_file_;
    std::atomic<int> connections_{0};
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<SeenRequest> seen_;     // guarded by mutex_
    std::vector<int> open_;             // guarded by mutex_
    std::vector<std::thread> threads_;  // guarded by mutex_
    std::thread acceptor_;
};

/// Accepts connections when told to and never says a word. Needs no threads.
class SilentServer {
  public:
    SilentServer();
    ~SilentServer();
    std::string url() const;
    /// Returns when `count` connections were accepted.
    void acceptAll(int count);

  private:
    int port_ = 0;
    int listener_;
    std::vector<int> open_;
};

/// A loopback port on which nobody listens.
int closedPort();

}  // namespace atelier::test
