#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "contract/contract.h"
#include "emulator/wire.h"
#include "util/time.h"

namespace atelier::emulator {

/// The last requests, for tests to look at: bodies with each picture replaced by its
/// `{sha256, width, height}`. Thread-safe.
class RequestLog {
  public:
    explicit RequestLog(std::size_t capacity) : capacity_{capacity} {}

    /// `body` is the parsed body of a POST; `task` the id it led to, or empty.
    void add(const Request& request, const contract::Endpoint& endpoint,
             const boost::json::value& body, int status, const std::string& task, Instant at);
    /// The newest first.
    boost::json::array newest(std::size_t limit) const;

  private:
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::deque<boost::json::object> entries_;  // guarded by mutex_
};

}  // namespace atelier::emulator
