#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/json/object.hpp>

#include "contract/contract.h"
#include "util/bytes.h"
#include "util/time.h"

namespace atelier::emulator {

/// How a task ends.
enum class Ending { Ready, RequestModerated, ContentModerated, Error };

/// One generation that was accepted.
struct EmulatedTask {
    std::string id;
    const contract::Endpoint* endpoint = nullptr;
    std::string origin;  ///< of the submit; links start with it
    std::string prompt;
    std::int64_t seed = 0;
    std::string webhook_url;
    std::string webhook_secret;
    Instant submitted;
    Instant due;  ///< not ready before

    Ending ending = Ending::Ready;
    std::vector<std::string> reasons;  ///< of moderation, or of the error
    int webhook_copies = 1;
    Millis webhook_delay{0};

    bool ended = false;
    Instant ended_at;
    std::string blob;  ///< 32 hexadecimal digits: name of the picture in delivery links
    std::string content_type;
    int polls = 0;
};

/// A finished picture.
struct Picture {
    SharedBytes bytes;
    std::string content_type;
};

/// Tasks and their pictures, kept for a while after the end, and counts of what
/// happened. Thread-safe.
class TaskTable {
  public:
    /// Pictures beyond `max_picture_bytes` go first when memory is short, oldest first.
    TaskTable(std::size_t max_picture_bytes, Millis retention)
        : max_picture_bytes_{max_picture_bytes}, retention_{retention} {}

    enum class Refused { AccountLimit, EndpointLimit };
    /// Registers a task unless `max_active` tasks, or the endpoint's own limit, are unfinished.
    std::optional<Refused> add(EmulatedTask task, int max_active);

    /// The task, with one more poll counted; empty when unknown.
    std::optional<EmulatedTask> poll(const std::string& id);
    /// Ends a task; `picture` when it is ready. Forgets what is older than the retention.
    void end(const std::string& id, Ending ending, std::vector<std::string> reasons,
             std::optional<Picture> picture, Instant now);
    std::optional<Picture> picture(const std::string& blob) const;
    /// The prompt of the task with this id or blob; empty when unknown.
    std::string promptOf(const std::string& id, const std::string& blob) const;

    void countWebhook();
    void countDownload();
    void countRejected(int status);

    /// `submitted, byEndpoint, active, ready, failed, polls, webhooksSent, downloads, rejected`
    /// and, if wanted, `tasks`.
    boost::json::object stats(bool with_tasks) const;

  private:
    void forgetOld(Instant now);
    void dropPicture(const std::string& blob);

    const std::size_t max_picture_bytes_;
    const Millis retention_;

    mutable std::mutex mutex_;  // guards all below
    std::unordered_map<std::string, EmulatedTask> tasks_;
    std::deque<std::string> ended_;  ///< ids, in the order of their end
    std::unordered_map<std::string, Picture> pictures_;
    std::deque<std::string> picture_order_;
    std::size_t picture_bytes_ = 0;
    int active_ = 0;
    std::map<const contract::Endpoint*, int> active_by_endpoint_;
    std::map<std::string, std::int64_t> by_endpoint_;
    std::map<std::string, std::int64_t> rejected_;
    std::int64_t submitted_ = 0;
    std::int64_t ready_ = 0;
    std::int64_t failed_ = 0;
    std::int64_t polls_ = 0;
    std::int64_t webhooks_ = 0;
    std::int64_t downloads_ = 0;
};

/// The status text of an ended task.
std::string_view statusText(Ending ending);

}  // namespace atelier::emulator
