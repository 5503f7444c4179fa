#include "net/curl_loop.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <system_error>

#include "net/curl_transfer.h"

namespace atelier::net {
namespace {

constexpr std::size_t kIdleHandles = 64;
constexpr long kKeptConnections = 256;
constexpr int kEventsAtOnce = 256;
constexpr const char* kCanceled = "canceled";
constexpr const char* kShuttingDown = "the client is shutting down";

int checked(int result, const char* what) {
    if (result < 0) throw std::system_error{errno, std::generic_category(), what};
    return result;
}

void watch(int epoll, int fd, std::uint32_t events) {
    epoll_event event{.events = events, .data = {.fd = fd}};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) != 0)
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int toCurl(std::uint32_t events) {
    int flags = 0;
    if ((events & EPOLLIN) != 0) flags |= CURL_CSELECT_IN;
    if ((events & EPOLLOUT) != 0) flags |= CURL_CSELECT_OUT;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) flags |= CURL_CSELECT_ERR;
    return flags;
}

/// libcurl wants this once per process, before anything else.
void initialise() {
    static const CURLcode kDone = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (kDone != CURLE_OK) throw std::runtime_error{curl_easy_strerror(kDone)};
}

}  // namespace

CurlLoop::CurlLoop(CurlOptions options, bool public_only)
    : options_{std::move(options)},
      multi_{(initialise(), curl_multi_init())},
      epoll_{checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")},
      wake_{checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")} {
    watch(epoll_, wake_, EPOLLIN);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlLoop::onSocket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlLoop::onTimer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kKeptConnections);
    thread_ = std::thread{[this] { run(); }};
    pthread_setname_np(thread_.native_handle(), public_only ? "http-public" : "http-client");
}

CurlLoop::~CurlLoop() {
    stopping_ = true;
    eventfd_write(wake_, 1);
    thread_.join();
    for (auto* easy : idle_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    close(wake_);
    close(epoll_);
}

void CurlLoop::start(TransferPtr transfer) {
    post({Command::What::Start, std::move(transfer)});
}

void CurlLoop::cancel(TransferPtr transfer) {
    post({Command::What::Cancel, std::move(transfer)});
}

void CurlLoop::post(Command command) {
    {
        const std::lock_guard lock{mutex_};
        if (!closed_) {
            commands_.push_back(std::move(command));
            eventfd_write(wake_, 1);
            return;
        }
    }
    if (command.what == Command::What::Cancel) return;
    command.transfer->fail(HttpFailure::Canceled, kShuttingDown);
    command.transfer->resume();
}

void CurlLoop::run() {
    std::vector<Command> commands;
    bool closed = false;
    while (!closed) {
        wait();
        bool stopping = false;
        {
            const std::lock_guard lock{mutex_};
            commands.swap(commands_);
            stopping = stopping_;
            closed = closed_ = stopping && commands.empty();
        }
        for (auto& command : commands) obey(std::move(command));
        commands.clear();
        if (stopping) cancelAll();
        collectFinished();
        resumeFinished();
    }
}

void CurlLoop::wait() {
    int timeout_ms = -1;
    if (stopping_)
        timeout_ms = 0;
    else if (timer_)
        timeout_ms = static_cast<int>(Deadline{*timer_}.left().count());
    std::array<epoll_event, kEventsAtOnce> events;
    const int count = epoll_wait(epoll_, events.data(), kEventsAtOnce, timeout_ms);
    int running = 0;
    for (int i = 0; i < count; ++i) {
        const auto fd = events[i].data.fd;
        if (fd == wake_) {
            eventfd_t ignored = 0;
            eventfd_read(wake_, &ignored);
        } else {
            curl_multi_socket_action(multi_, fd, toCurl(events[i].events), &running);
        }
    }
    if (timer_ && Deadline{*timer_}.left() == Millis{0}) {
        timer_.reset();
        curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

void CurlLoop::obey(Command command) {
    if (command.what == Command::What::Start) {
        enqueue(std::move(command.transfer));
        return;
    }
    auto& transfer = *command.transfer;
    transfer.cancel_requested = true;
    if (transfer.handle == nullptr) {
        const auto host = hosts_.find(transfer.origin());
        if (host == hosts_.end() || std::erase(host->second.waiting, command.transfer) == 0) return;
        transfer.fail(HttpFailure::Canceled, kCanceled);
        finished_.push_back(std::move(command.transfer));
        return;
    }
    transfer.fail(HttpFailure::Canceled, kCanceled);
    end(transfer.handle);
}

void CurlLoop::enqueue(TransferPtr transfer) {
    if (transfer->cancel_requested) {
        transfer->fail(HttpFailure::Canceled, kCanceled);
        finished_.push_back(std::move(transfer));
        return;
    }
    // libcurl has such a limit too, but then every waiting request has its buffers already,
    // and thousands of them are not always woken (seen with 7.88).
    auto& host = hosts_[transfer->origin()];
    const long limit = options_.max_requests_per_host;
    if (limit > 0 && host.running >= limit) {
        host.waiting.push_back(std::move(transfer));
        return;
    }
    ++host.running;
    const auto origin = transfer->origin();
    if (!begin(std::move(transfer))) leave(origin);
}

bool CurlLoop::begin(TransferPtr transfer) {
    CURL* easy = nullptr;
    if (idle_.empty()) {
        easy = curl_easy_init();
    } else {
        easy = idle_.back();
        idle_.pop_back();
    }
    if (!transfer->configure(easy, options_)) {
        curl_easy_cleanup(easy);
        finished_.push_back(std::move(transfer));
        return false;
    }
    transfer->handle = easy;
    running_.emplace(easy, std::move(transfer));
    curl_multi_add_handle(multi_, easy);
    return true;
}

void CurlLoop::leave(const std::string& origin) {
    const auto found = hosts_.find(origin);
    auto& host = found->second;
    while (!host.waiting.empty()) {
        auto next = std::move(host.waiting.front());
        host.waiting.pop_front();
        if (begin(std::move(next))) return;
    }
    if (--host.running == 0) hosts_.erase(found);
}

void CurlLoop::collectFinished() {
    int left = 0;
    while (const auto* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        auto* easy = message->easy_handle;
        running_.at(easy)->finish(easy, message->data.result);
        end(easy);
    }
}

void CurlLoop::end(CURL* easy) {
    curl_multi_remove_handle(multi_, easy);
    if (idle_.size() >= kIdleHandles) {
        curl_easy_cleanup(easy);
    } else {
        curl_easy_reset(easy);
        idle_.push_back(easy);
    }
    auto transfer = std::move(running_.extract(easy).mapped());
    transfer->handle = nullptr;
    leave(transfer->origin());
    finished_.push_back(std::move(transfer));
}

void CurlLoop::resumeFinished() {
    // What a resumed coroutine starts comes back as a command, so the list does not grow meanwhile.
    for (const auto& transfer : finished_) transfer->resume();
    finished_.clear();
}

void CurlLoop::cancelAll() {
    for (auto& [origin, host] : hosts_) {
        for (auto& transfer : host.waiting) {
            transfer->fail(HttpFailure::Canceled, kShuttingDown);
            finished_.push_back(std::move(transfer));
        }
        host.waiting.clear();
    }
    while (!running_.empty()) {
        const auto [easy, transfer] = *running_.begin();
        transfer->fail(HttpFailure::Canceled, kShuttingDown);
        end(easy);
    }
}

int CurlLoop::onSocket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    auto& loop = *static_cast<CurlLoop*>(self);
    switch (what) {
        case CURL_POLL_REMOVE:
            epoll_ctl(loop.epoll_, EPOLL_CTL_DEL, socket, nullptr);
            break;
        case CURL_POLL_IN:
            watch(loop.epoll_, socket, EPOLLIN);
            break;
        case CURL_POLL_OUT:
            watch(loop.epoll_, socket, EPOLLOUT);
            break;
        default:
            watch(loop.epoll_, socket, EPOLLIN | EPOLLOUT);
            break;
    }
    return 0;
}

int CurlLoop::onTimer(CURLM*, long timeout_ms, void* self) {
    auto& loop = *static_cast<CurlLoop*>(self);
    loop.timer_.reset();
    if (timeout_ms >= 0) loop.timer_ = std::chrono::steady_clock::now() + Millis{timeout_ms};
    return 0;
}

}  // namespace atelier::net
