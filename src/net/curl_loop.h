#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include <curl/curl.h>

#include "net/curl_http_client.h"
#include "util/time.h"

namespace atelier::net {

class Transfer;

/// One thread that drives a libcurl multi handle with epoll. Costs per waiting
/// exchange are its socket and a few kilobytes.
class CurlLoop {
  public:
    /// `public_only` merely names the thread: connections are never shared between loops.
    CurlLoop(CurlOptions options, bool public_only);
    /// Cancels what is still running.
    ~CurlLoop();
    CurlLoop(const CurlLoop&) = delete;
    CurlLoop& operator=(const CurlLoop&) = delete;

    /// Thread-safe. `transfer` is resumed once, when it has an outcome.
    void start(std::shared_ptr<Transfer> transfer);
    /// Thread-safe; may come before `start` and after the end.
    void cancel(std::shared_ptr<Transfer> transfer);

  private:
    using TransferPtr = std::shared_ptr<Transfer>;
    /// What runs and waits for one scheme, host and port.
    struct Host {
        long running = 0;
        std::deque<TransferPtr> waiting;
    };
    struct Command {
        enum class What { Start, Cancel };
        What what;
        TransferPtr transfer;
    };

    void post(Command command);
    void run();
    void wait();
    void obey(Command command);
    void enqueue(TransferPtr transfer);
    /// False when it has ended already.
    bool begin(TransferPtr transfer);
    /// One request of `origin` less: the next one's turn.
    void leave(const std::string& origin);
    void collectFinished();
    void end(CURL* easy);
    void resumeFinished();
    void cancelAll();

    static int onSocket(CURL* easy, curl_socket_t socket, int what, void* self, void* known);
    static int onTimer(CURLM* multi, long timeout_ms, void* self);

    const CurlOptions options_;
    CURLM* multi_;
    int epoll_;
    int wake_;
    std::optional<SteadyTime> timer_;
    std::unordered_map<CURL*, TransferPtr> running_;
    std::unordered_map<std::string, Host> hosts_;
    std::vector<CURL*> idle_;
    std::vector<TransferPtr> finished_;

    std::mutex mutex_;
    std::vector<Command> commands_;  // guarded by mutex_
    bool closed_ = false;            // guarded by mutex_: nobody reads commands_ any more
    std::atomic<bool> stopping_{false};

    std::thread thread_;
};

}  // namespace atelier::net
