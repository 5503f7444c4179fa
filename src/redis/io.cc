#include "redis/io.h"

#include <fmt/format.h>

#include "redis/faults.h"

namespace atelier::redis {
namespace {

constexpr Millis kInterruptAgain{20};

}  // namespace

Client::Io::Io(RedisUrl at, Options wanted)
    : url{std::move(at)},
      options{std::move(wanted)},
      where{url.where()},
      loop{"redis", [this] { afterTurn(); }},
      commands{loop, url, {.name = options.name, .window = options.window}},
      blocking{loop, url, {.name = options.blocking_name}} {
    loop.start();
}

Client::Io::~Io() {
    loop.post([this] {
        commands.close();
        blocking.close();
        if (subscriptions) subscriptions->close();
    });
    loop.stop();
}

void Client::Io::afterTurn() {
    commands.flush();
    blocking.flush();
    if (subscriptions) subscriptions->flush();
    const auto due = std::exchange(callers, {});
    resumeAll(due);
}

/// The request to unblock and the command come on two connections: should it be first, it is
/// repeated.
void Client::Io::interrupt(std::uint64_t call) {
    if (blocked != call) return;
    const auto reason = notReady("the wait was given up", where);
    if (!blocking.isReady()) return blocking.cancelWaiting(reason);
    if (!commands.isReady() || blocking.id() == 0) return blocking.drop(reason);
    const auto deadline = std::chrono::steady_clock::now() + options.timeout;
    commands.submit({encodeCommand({"CLIENT", "UNBLOCK", fmt::to_string(blocking.id())}), deadline,
                     [](Result<Reply>) {}});
    loop.after(kInterruptAgain, [this, call] { interrupt(call); });
}

}  // namespace atelier::redis
