#include "emulator/task_runner.h"

#include "emulator/paint/sizes.h"
#include "emulator/wire.h"

namespace atelier::emulator {

namespace {

constexpr std::size_t kPainters = 2;
constexpr std::size_t kMaxWaiting = 50'000;
constexpr double kMillisPerSecond = 1000;

double unixSeconds(Instant at) {
    return static_cast<double>(at.time_since_epoch().count()) / kMillisPerSecond;
}

/// Of the pictures that decide the size of the result.
std::vector<paint::Size> sizesOf(const paint::Order& order) {
    std::vector<paint::Size> out;
    for (const auto& image : order.images) {
        if (image.field == "mask") continue;
        if (const auto size = paint::sizeOf(image.bytes)) out.push_back(*size);
    }
    return out;
}

}  // namespace

boost::json::object resultOf(const EmulatedTask& task, const DeliveryLinks& links,
                             Instant link_expires) {
    return {{"sample", task.origin + links.make(task.blob, task.content_type, link_expires)},
            {"prompt", task.prompt},
            {"seed", task.seed},
            {"start_time", unixSeconds(task.submitted)},
            {"end_time", unixSeconds(task.ended_at)},
            {"duration", unixSeconds(Instant{task.ended_at - task.submitted})}};
}

TaskRunner::TaskRunner(Clock& clock, HttpClient& http, TaskTable& tasks, const DeliveryLinks& links,
                       LiveSettings& settings)
    : clock_{clock},
      http_{http},
      tasks_{tasks},
      links_{links},
      settings_{settings},
      webhooks_{clock, http, tasks},
      painters_{"emulator-paint", kPainters, kMaxWaiting} {}

TaskRunner::~TaskRunner() {
    stop_.request_stop();
    std::unique_lock lock{mutex_};
    idle_.wait(lock, [this] { return running_ == 0; });
}

void TaskRunner::start(EmulatedTask task, paint::Order order, std::vector<InputImage> urls) {
    {
        const std::lock_guard lock{mutex_};
        ++running_;
    }
    spawn(run(std::move(task), std::make_shared<paint::Order>(std::move(order)), std::move(urls)));
}

Task<> TaskRunner::run(EmulatedTask task, std::shared_ptr<paint::Order> order,
                       std::vector<InputImage> urls) {
    Painted painted;
    if (task.ending == Ending::Ready) {
        auto problem = co_await fetch(order, std::move(urls));
        painted.problem = std::move(problem);
    }
    if (task.ending == Ending::Ready && painted.problem.empty()) {
        auto made = co_await makePicture(order);
        painted = std::move(made);
    }
    order.reset();
    const auto stop = stop_.get_token();
    const Millis left = task.due - clock_.now();
    if (left > Millis{0}) {
        const bool elapsed = co_await clock_.sleep(left, stop);
        static_cast<void>(elapsed);
    }
    finish(task, std::move(painted));
    if (!task.webhook_url.empty() && task.webhook_copies > 0) {
        const auto settings = settings_.get();
        auto result =
            resultOf(task, links_, clock_.now() + contract::Contract::bfl().deliveryLifetime());
        co_await webhooks_.send(task, std::move(result), settings, stop);
    }
    leave();
}

Task<std::string> TaskRunner::fetch(std::shared_ptr<paint::Order> order,
                                    std::vector<InputImage> urls) {
    const auto stop = stop_.get_token();
    const bool fetched = !urls.empty();
    for (auto& image : urls) {
        HttpRequest request;
        request.url = image.url;
        request.max_redirects = 3;
        auto answer = co_await http_.send(std::move(request), stop);
        const bool good = answer && answer->status == kOk && paint::sizeOf(answer->body);
        if (!good) co_return "Could not load image from URL";
        order->images.push_back({image.field, std::move(answer->body)});
    }
    if (fetched)
        order->output = paint::outputSize(*order->endpoint, order->fields, sizesOf(*order));
    co_return std::string{};
}

Task<TaskRunner::Painted> TaskRunner::makePicture(std::shared_ptr<paint::Order> order) {
    const bool tiny = settings_.get().pictures == Pictures::Tiny;
    const auto work = [order, tiny] {
        Painted out;
        try {
            auto bytes = tiny ? paint::tinyPicture() : paint::paint(*order);
            out.picture =
                Picture{share(std::move(bytes)), tiny ? "image/jpeg" : "image/" + order->format()};
        } catch (const std::exception&) {
            out.problem = "Image could not be processed";
        }
        return out;
    };
    auto done = co_await painters_.run(work);
    if (!done) done.emplace(Painted{std::nullopt, "Overloaded"});
    co_return std::move(*done);
}

void TaskRunner::finish(EmulatedTask& task, Painted painted) {
    if (task.ending == Ending::Ready && !painted.picture) {
        task.ending = Ending::Error;
        task.reasons = {painted.problem};
    }
    task.ended_at = clock_.now();
    tasks_.end(task.id, task.ending, task.reasons, std::move(painted.picture), task.ended_at);
}

void TaskRunner::leave() {
    const std::lock_guard lock{mutex_};
    --running_;
    idle_.notify_all();
}

}  // namespace atelier::emulator
