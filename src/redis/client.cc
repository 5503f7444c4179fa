#include "redis/client.h"

#include <future>

#include <fmt/format.h>

#include "redis/faults.h"
#include "redis/io.h"

namespace atelier::redis {
namespace {

/// What a blocking command may take beyond its own timeout.
constexpr Millis kBlockingGrace{2'000};
constexpr int kLeastMajor = 6;
constexpr int kLeastMinor = 2;

SteadyTime from(Millis timeout) {
    return std::chrono::steady_clock::now() + timeout;
}

std::string fieldOf(const std::string& info, std::string_view name) {
    const auto begin = info.find(fmt::format("{}:", name));
    if (begin == std::string::npos) return {};
    const auto value = begin + name.size() + 1;
    return info.substr(value, info.find_first_of("\r\n", value) - value);
}

Result<std::string> versionFrom(const Result<Reply>& info, const std::string& where) {
    if (!info) return failure(info.error());
    if (info->isFault()) return failure(toError(info->text, where));
    auto version = fieldOf(info->text, "redis_version");
    int major = 0;
    int minor = 0;
    if (std::sscanf(version.c_str(), "%d.%d", &major, &minor) != 2)
        return failure(
            notReady("what answers at REDIS_URL is not Redis", where + ": INFO names no version"));
    if (std::pair{major, minor} < std::pair{kLeastMajor, kLeastMinor})
        return failure(notReady(fmt::format("Redis {} is too old: {}.{} or newer is needed",
                                            version, kLeastMajor, kLeastMinor),
                                where));
    return version;
}

class Seat final : public Subscription {
  public:
    explicit Seat(std::function<void()> leave) : leave_{std::move(leave)} {}
    ~Seat() override { leave_(); }

  private:
    std::function<void()> leave_;
};

}  // namespace

/// Awaiter of one command on one of the connections.
class Client::Call {
  public:
    Call(Io& io, Connection& connection, std::vector<std::string> args, Millis timeout)
        : io_{io}, connection_{connection}, wire_{encodeCommand(args)}, deadline_{from(timeout)} {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) {
        resume_.emplace(caller);
        io_.loop.post([this] { begin(); });
    }
    Result<Reply> await_resume() { return std::move(*outcome_); }

    /// The call that `Io::interrupt` ends; with `stop` requested already, it does not begin.
    void blockUntil(std::stop_token stop) {
        blocks_ = true;
        stop_ = std::move(stop);
    }

  private:
    using OnStop = std::stop_callback<std::function<void()>>;

    void begin() {
        if (blocks_ && stop_.stop_requested()) return end(Reply{});
        connection_.submit(
            {std::move(wire_), deadline_, [this](Result<Reply> reply) { end(std::move(reply)); }});
        if (!blocks_ || outcome_) return;
        const auto number = ++last_;
        io_.blocked = number;
        on_stop_.emplace(
            stop_, [&io = io_, number] { io.loop.post([&io, number] { io.interrupt(number); }); });
    }

    void end(Result<Reply> reply) {
        if (blocks_) io_.blocked = 0;
        outcome_.emplace(std::move(reply));
        on_stop_.reset();
        io_.finished(*resume_);
    }

    static inline std::atomic<std::uint64_t> last_{0};

    Io& io_;
    Connection& connection_;
    std::string wire_;
    const SteadyTime deadline_;
    std::optional<Resumer> resume_;
    std::optional<Result<Reply>> outcome_;
    bool blocks_ = false;
    std::stop_token stop_;
    std::optional<OnStop> on_stop_;
};

Client::Client(std::unique_ptr<Io> io) : io_{std::move(io)} {}

Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::open(RedisUrl url, Options options) {
    std::unique_ptr<Client> client{
        new Client{std::make_unique<Io>(std::move(url), std::move(options))}};
    auto& io = *client->io_;
    std::promise<Result<std::string>> answered;
    io.loop.post([&] {
        io.commands.submit(
            {encodeCommand({"INFO", "server"}), from(io.options.timeout),
             [&](Result<Reply> info) { answered.set_value(versionFrom(info, io.where)); }});
    });
    auto version = answered.get_future().get();
    if (!version) return failure(std::move(version.error()));
    io.version = std::move(*version);
    return client;
}

Task<Result<Reply>> Client::command(std::vector<std::string> args) {
    Call call{*io_, io_->commands, std::move(args), io_->options.timeout};
    auto reply = co_await call;
    if (reply && reply->isFault()) co_return failure(toError(reply->text, io_->where));
    co_return reply;
}

Task<Result<Reply>> Client::run(const Script& script, std::vector<std::string> keys,
                                std::vector<std::string> args) {
    std::vector<std::string> words{"EVALSHA", script.sha(), fmt::to_string(keys.size())};
    words.insert(words.end(), std::make_move_iterator(keys.begin()),
                 std::make_move_iterator(keys.end()));
    words.insert(words.end(), std::make_move_iterator(args.begin()),
                 std::make_move_iterator(args.end()));
    Call by_hash{*io_, io_->commands, words, io_->options.timeout};
    auto reply = co_await by_hash;
    if (reply && reply->isFault() && reply->text.starts_with("NOSCRIPT")) {
        words[0] = "EVAL";
        words[1] = script.text();
        auto by_text = co_await command(std::move(words));
        co_return by_text;
    }
    if (reply && reply->isFault()) co_return failure(toError(reply->text, io_->where));
    co_return reply;
}

Task<Result<Reply>> Client::block(std::vector<std::string> args, Millis wait,
                                  std::stop_token stop) {
    Call call{*io_, io_->blocking, std::move(args), wait + kBlockingGrace};
    call.blockUntil(stop);
    auto reply = co_await call;
    if (!reply && stop.stop_requested()) co_return Reply{};
    if (reply && reply->isFault()) co_return failure(toError(reply->text, io_->where));
    co_return reply;
}

std::unique_ptr<Subscription> Client::subscribe(std::string channel, Listener listener) {
    auto owned = std::make_shared<const Listener>(std::move(listener));
    auto& io = *io_;
    io.loop.post([&io, channel, owned] {
        if (!io.subscriptions) io.subscriptions.emplace(io.loop, io.url, io.options.name);
        io.subscriptions->add(channel, owned);
    });
    return std::make_unique<Seat>([&io, channel, owned] {
        const auto leave = [&io, channel, owned] {
            io.subscriptions->remove(channel, owned.get());
        };
        if (io.loop.isHere()) return leave();
        std::promise<void> left;
        io.loop.post([&] {
            leave();
            left.set_value();
        });
        left.get_future().get();
    });
}

void Client::post(std::function<void()> work) {
    io_->loop.post(std::move(work));
}

const std::string& Client::where() const {
    return io_->where;
}

const std::string& Client::serverVersion() const {
    return io_->version;
}

}  // namespace atelier::redis
