#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "domain/ids.h"
#include "util/time.h"

namespace atelier::http {

/// One answered request. Nothing in it needs escaping or scrubbing: ids and routes have safe
/// characters, the path as it was sent is not here.
struct AccessEntry {
    std::string_view request_id;
    std::string_view method;
    std::string_view route = "unmatched";  ///< the document's path, such as `/models/{modelId}`
    int status = 0;
    std::int64_t micros = 0;
    std::size_t bytes = 0;
    std::optional<UserId> user;
};

/// The log's lines about requests, written in batches: a line each would cost a reader of
/// /credits/balance more than the balance. Lines appear at most `batch` late, a tenth of a second.
/// Thread-safe.
class AccessLog {
  public:
    explicit AccessLog(Millis batch = Millis{100});
    /// Writes what is left.
    ~AccessLog();
    AccessLog(const AccessLog&) = delete;
    AccessLog& operator=(const AccessLog&) = delete;

    void add(const AccessEntry& entry);

    /// Nothing was added for fifty batches: the next line has to wake the writer. With traffic no
    /// request pays for that.
    bool asleep() const;

  private:
    void writeBatches();

    const Millis batch_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::string lines_;      // guarded by mutex_
    bool asleep_ = false;    // guarded by mutex_
    bool stopping_ = false;  // guarded by mutex_
    std::thread writer_;
};

}  // namespace atelier::http
