#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "redis/client.h"
#include "redis/subscriptions.h"
#include "util/resume.h"

namespace atelier::redis {

/// The thread of a client and what lives on it.
class Client::Io {
  public:
    Io(RedisUrl url, Options options);
    ~Io();

    /// Ends the blocking command `call`, now or as soon as Redis hears of it. On the loop.
    void interrupt(std::uint64_t call);
    /// Remembers to resume `caller` when the turn is over. On the loop.
    void finished(Resumer caller) { callers.push_back(caller); }

    const RedisUrl url;
    const Options options;
    const std::string where;
    std::string version;
    // Touched on the loop only.
    std::uint64_t blocked = 0;  ///< the blocking command under way
    std::optional<Subscriptions> subscriptions;
    std::vector<Resumer> callers;
    EpollLoop loop;
    Connection commands;
    Connection blocking;

  private:
    void afterTurn();
};

}  // namespace atelier::redis
