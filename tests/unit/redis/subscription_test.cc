#include <condition_variable>
#include <mutex>

#include "unit/redis/redis_fixture.h"

namespace atelier::redis {
namespace {

using namespace std::chrono_literals;

/// What a listener was told, for a test that waits for it.
class Heard {
  public:
    Listener listener() {
        return {.on_message = [this](std::string_view text) { note(std::string{text}); },
                .on_begin = [this] { note("(begin)"); }};
    }
    std::vector<std::string> waitFor(std::size_t count) {
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, 10s, [&] { return heard_.size() >= count; });
        return heard_;
    }

  private:
    void note(std::string what) {
        const std::lock_guard lock{mutex_};
        heard_.push_back(std::move(what));
        changed_.notify_all();
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> heard_;
};

class SubscriptionTest : public RedisTest {};

TEST_F(SubscriptionTest, TellsWhatIsPublished) {
    Heard heard;
    const auto subscription = client_->subscribe(key_, heard.listener());
    heard.waitFor(1);
    EXPECT_EQ(ask({"PUBLISH", key_, "one"}).integer, 1);
    ask({"PUBLISH", key_ + ":other", "not ours"});
    ask({"PUBLISH", key_, "two"});
    EXPECT_THAT(heard.waitFor(3), testing::ElementsAre("(begin)", "one", "two"));
}

TEST_F(SubscriptionTest, TellsEveryListenerOfAChannel) {
    Heard first;
    Heard second;
    const auto one = client_->subscribe(key_, first.listener());
    first.waitFor(1);
    const auto two = client_->subscribe(key_, second.listener());
    second.waitFor(1);
    ask({"PUBLISH", key_, "hello"});
    EXPECT_THAT(first.waitFor(2), testing::ElementsAre("(begin)", "hello"));
    EXPECT_THAT(second.waitFor(2), testing::ElementsAre("(begin)", "hello"));
}

TEST_F(SubscriptionTest, EndsWithItsObject) {
    Heard heard;
    auto subscription = client_->subscribe(key_, heard.listener());
    heard.waitFor(1);
    subscription.reset();
    ask({"PUBLISH", key_, "late"});
    EXPECT_THAT(heard.waitFor(1), testing::ElementsAre("(begin)"));
}

TEST_F(SubscriptionTest, BeginsAgainAfterItsConnectionBroke) {
    Heard heard;
    const auto subscription = client_->subscribe(key_, heard.listener());
    heard.waitFor(1);
    ask({"CLIENT", "KILL", "TYPE", "pubsub"});
    EXPECT_THAT(heard.waitFor(2), testing::ElementsAre("(begin)", "(begin)"));
    ask({"PUBLISH", key_, "after"});
    EXPECT_THAT(heard.waitFor(3), testing::ElementsAre("(begin)", "(begin)", "after"));
}

}  // namespace
}  // namespace atelier::redis
