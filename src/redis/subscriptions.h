#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "redis/connection.h"
#include "redis/listener.h"

namespace atelier::redis {

/// Who listens to which channel, on a connection of its own that subscribes anew after each
/// connect. Lives on one loop.
class Subscriptions {
  public:
    Subscriptions(EpollLoop& loop, RedisUrl url, std::string name);

    void add(const std::string& channel, std::shared_ptr<const Listener> listener);
    void remove(const std::string& channel, const Listener* listener);
    void close();
    void flush() { connection_.flush(); }

  private:
    struct Seat {
        std::shared_ptr<const Listener> listener;
        bool begun = false;  ///< on the present connection
    };

    void onReady();
    void onPush(const Reply& reply);
    void beat();

    EpollLoop& loop_;
    std::map<std::string, std::vector<Seat>> seats_;
    SteadyTime heard_{};
    EpollLoop::TimerId beat_ = 0;
    Connection connection_;
};

}  // namespace atelier::redis
