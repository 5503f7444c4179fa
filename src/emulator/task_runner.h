#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>

#include "emulator/delivery.h"
#include "emulator/input_images.h"
#include "emulator/paint/painter.h"
#include "emulator/settings.h"
#include "emulator/task_table.h"
#include "emulator/webhook_sender.h"
#include "util/clock.h"
#include "util/task.h"
#include "util/worker_pool.h"

namespace atelier::emulator {

/// The result object of a ready task, as get_result and webhooks show it.
boost::json::object resultOf(const EmulatedTask& task, const DeliveryLinks& links,
                             Instant link_expires);

/// Brings accepted tasks to their end: fetches inputs given by URL, paints, waits for
/// the due time, tells the webhook. Thread-safe. The destructor cuts waits short and
/// returns when no task runs any more.
class TaskRunner {
  public:
    TaskRunner(Clock& clock, HttpClient& http, TaskTable& tasks, const DeliveryLinks& links,
               LiveSettings& settings);
    ~TaskRunner();
    TaskRunner(const TaskRunner&) = delete;
    TaskRunner& operator=(const TaskRunner&) = delete;

    /// `urls`: field and address of the inputs that are still to be fetched.
    void start(EmulatedTask task, paint::Order order, std::vector<InputImage> urls);

  private:
    struct Painted {
        std::optional<Picture> picture;
        std::string problem;
    };

    Task<> run(EmulatedTask task, std::shared_ptr<paint::Order> order,
               std::vector<InputImage> urls);
    Task<std::string> fetch(std::shared_ptr<paint::Order> order, std::vector<InputImage> urls);
    Task<Painted> makePicture(std::shared_ptr<paint::Order> order);
    void finish(EmulatedTask& task, Painted painted);
    void leave();

    Clock& clock_;
    HttpClient& http_;
    TaskTable& tasks_;
    const DeliveryLinks& links_;
    LiveSettings& settings_;
    WebhookSender webhooks_;
    std::stop_source stop_;
    std::mutex mutex_;
    std::condition_variable idle_;
    int running_ = 0;  // guarded by mutex_
    WorkerPool painters_;
};

}  // namespace atelier::emulator
