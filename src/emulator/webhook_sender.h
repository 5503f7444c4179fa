#pragma once

#include <stop_token>
#include <string>

#include <boost/json/object.hpp>

#include "emulator/settings.h"
#include "emulator/task_table.h"
#include "ports/http_client.h"
#include "util/clock.h"
#include "util/task.h"

namespace atelier::emulator {

/// Tells a client's webhook that a task ended. Thread-safe.
class WebhookSender {
  public:
    WebhookSender(Clock& clock, HttpClient& http, TaskTable& tasks)
        : clock_{clock}, http_{http}, tasks_{tasks} {}

    /// Sends once per wanted copy, each with the provider's retries after 1, 5 and
    /// 30 s; 2xx within 30 s acknowledges. `result` as in get_result.
    Task<> send(EmulatedTask task, boost::json::object result, Settings settings,
                std::stop_token stop);

  private:
    Task<> deliver(HttpRequest request, std::stop_token stop);

    Clock& clock_;
    HttpClient& http_;
    TaskTable& tasks_;
};

}  // namespace atelier::emulator
