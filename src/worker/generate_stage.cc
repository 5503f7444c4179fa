#include <algorithm>

#include "worker/stages.h"

namespace atelier {
namespace {

constexpr Millis kFirstInterval{500};
constexpr Millis kMaxInterval{5'000};
/// With webhooks on, polling is only the safety net.
constexpr Millis kWebhookInterval{15'000};
constexpr int kBelievedGone = 5;
constexpr int kMaxLostLinks = 5;
constexpr double kProgressStep = 0.1;  // smaller steps are not worth a write

Instant lastSubmit(const Job& job) {
    auto last = job.started_at.value_or(job.created_at);
    for (const auto& sample : job.samples)
        last = std::max(last, sample.submitted_at.value_or(last));
    return last;
}

bool isOpen(const Sample& sample) {
    return sample.status == SampleStatus::Generating;
}

}  // namespace

void GenerateStage::later(Watch& watch) const {
    watch.due = parts_.clock.steady() + watch.interval;
    watch.interval =
        std::min(watch.interval * 3 / 2, parts_.webhook ? kWebhookInterval : kMaxInterval);
}

Task<Result<>> GenerateStage::endSample(JobRecord& record, std::size_t index, Error why) {
    auto& sample = record.job.samples[index];
    sample.status = SampleStatus::Failed;
    sample.error = toJobError(why);
    parts_.provider.release(sample.task_id.value_or(""));
    auto saved = co_await record.save();
    co_return saved;
}

Task<Result<>> GenerateStage::fetch(JobRecord& record, Watch& watch, TaskReport report,
                                    std::stop_token stop) {
    auto bytes = co_await parts_.provider.download(report.sample_url, stop);
    if (!bytes) {
        const Error why = std::move(bytes.error());
        noteFailedCall(parts_, record.job, watch.index, "download", why);
        if (why.code == ErrorCode::Canceled) co_return failure(why);
        if (why.code != ErrorCode::DeliveryFailed || ++watch.lost_links >= kMaxLostLinks) {
            auto ended = co_await endSample(record, watch.index, why);
            co_return ended;
        }
        watch.interval = kFirstInterval * watch.lost_links;
        later(watch);  // the next poll brings a fresh link
        co_return Result<>{};
    }
    const std::string extension = bytes->get()->starts_with("\x89PNG") ? "png"
                                  : bytes->get()->starts_with("RIFF")  ? "webp"
                                                                       : "jpg";
    auto key = co_await parts_.blobs.put(*bytes, extension);
    if (!key) co_return failure(std::move(key.error()));
    auto& sample = record.job.samples[watch.index];
    sample.raw_key = *key;
    if (report.seed && provenanceOf(record.job, sample).takes_seed) sample.seed = report.seed;
    sample.status = SampleStatus::Storing;
    if (std::ranges::none_of(record.job.samples, isOpen))
        advance(record.job, JobStatus::Storing, parts_.clock.now());
    parts_.provider.release(sample.task_id.value_or(""));
    auto saved = co_await record.save();
    co_return saved;
}

Task<Result<>> GenerateStage::check(JobRecord& record, Watch& watch, std::stop_token stop) {
    const auto& sample = record.job.samples[watch.index];
    auto report = co_await parts_.provider.poll(sample.polling_url.value_or(""), stop);
    if (!report) {
        const Error why = std::move(report.error());
        noteFailedCall(parts_, record.job, watch.index, "poll", why);
        if (why.code == ErrorCode::Canceled) co_return failure(why);
        if (why.code != ErrorCode::ProviderUnavailable && why.code != ErrorCode::ProviderBusy) {
            auto ended = co_await endSample(record, watch.index, why);
            co_return ended;
        }
        later(watch);
        co_return Result<>{};
    }
    using enum TaskReport::State;
    if (parts_.tasks.polled)
        parts_.tasks.polled(record.job, sample, *report,
                            report->state == Ready ? Millis{0} : watch.interval);
    if (report->state == Ready) {
        auto fetched = co_await fetch(record, watch, std::move(*report), stop);
        co_return fetched;
    }
    watch.gone = report->state == Gone ? watch.gone + 1 : 0;
    if (watch.gone >= kBelievedGone) {
        Error lost{ErrorCode::ProviderTaskLost, "the provider does not know the task any more"};
        auto ended = co_await endSample(record, watch.index, std::move(lost));
        co_return ended;
    }
    later(watch);
    if (!report->progress || *report->progress < record.job.progress.value_or(0) + kProgressStep)
        co_return Result<>{};
    noteProgress(record.job, *report->progress, parts_.clock.now());
    auto saved = co_await record.save();
    co_return saved;
}

Task<Result<>> GenerateStage::pause(JobRecord& record, SteadyTime until, std::stop_token stop) {
    while (parts_.clock.steady() < until) {
        if (stop.stop_requested()) co_return failure(ErrorCode::Canceled, "stopping");
        std::stop_source woken;
        const auto subscription =
            parts_.events.subscribe(record.job.id, [woken]() mutable { woken.request_stop(); });
        std::stop_callback on_stop{stop, [woken]() mutable { woken.request_stop(); }};
        const auto left = std::chrono::ceil<Millis>(until - parts_.clock.steady());
        const bool slept = co_await parts_.clock.sleep(left, woken.get_token());
        if (slept) continue;
        // Someone wrote: our owner canceled, or a webhook says that the task is done.
        auto changed = co_await record.wasChanged();
        if (!changed) co_return failure(std::move(changed.error()));
        if (*changed) co_return failure(ErrorCode::Conflict, "the job was changed");
    }
    co_return Result<>{};
}

Task<Result<>> GenerateStage::turn(JobRecord& record, Watch& watch, Instant deadline,
                                   std::stop_token stop) {
    auto paused = co_await pause(record, watch.due, stop);
    if (!paused) co_return paused;
    if (parts_.clock.now() > deadline)
        co_return failure(ErrorCode::Canceled, "the deadline has passed");
    auto checked = co_await check(record, watch, stop);
    co_return checked;
}

Task<Result<>> GenerateStage::expire(JobRecord& record) {
    for (std::size_t i = 0; i < record.job.samples.size(); ++i) {
        if (!isOpen(record.job.samples[i])) continue;
        Error late{ErrorCode::JobExpired, "the provider did not finish within the job's deadline"};
        auto ended = co_await endSample(record, i, std::move(late));
        if (!ended) co_return ended;
    }
    co_return Result<>{};
}

Task<Result<>> GenerateStage::run(JobRecord& record, std::stop_token stop) {
    const auto now = parts_.clock.steady();
    std::vector<Watch> watches;
    for (std::size_t i = 0; i < record.job.samples.size(); ++i) {
        const auto& sample = record.job.samples[i];
        if (!isOpen(sample)) continue;
        const auto& endpoint = provenanceOf(record.job, sample).endpoint;
        parts_.provider.adopt(sample.task_id.value_or(""), endpoint);
        const auto latency = parts_.provider.typicalLatency(endpoint);
        const auto age = sample.submitted_at ? parts_.clock.now() - *sample.submitted_at : latency;
        const auto wait = sample.webhook_seen ? Millis{0} : std::max(latency - age, Millis{0});
        watches.push_back({i, now + wait, kFirstInterval});
    }
    const auto deadline = lastSubmit(record.job) + parts_.job_deadline;
    const DeadlineStop limit{parts_.clock, deadline, stop};
    while (!watches.empty()) {
        auto next = std::ranges::min_element(watches, {}, &Watch::due);
        auto done = co_await turn(record, *next, deadline, limit.token());
        if (!done && (done.error().code != ErrorCode::Canceled || stop.stop_requested()))
            co_return done;
        if (!done) {
            auto expired = co_await expire(record);
            if (!expired) co_return expired;
        }
        std::erase_if(watches,
                      [&](const Watch& watch) { return !isOpen(record.job.samples[watch.index]); });
    }
    if (record.job.status != JobStatus::Generating) co_return Result<>{};
    const bool any_made = std::ranges::any_of(
        record.job.samples, [](const Sample& s) { return s.status == SampleStatus::Storing; });
    if (any_made)
        advance(record.job, JobStatus::Storing, parts_.clock.now());
    else
        conclude(record.job, parts_.clock.now());
    auto saved = co_await record.save();
    co_return saved;
}

}  // namespace atelier
