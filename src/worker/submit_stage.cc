#include <algorithm>
#include <ranges>

#include "worker/stages.h"

namespace atelier {
namespace {

// Between two attempts to submit what the provider certainly did not take.
constexpr RetryPolicy kResubmit{.max_retries = 30, .base = Millis{1'000}, .cap = Millis{30'000}};

bool mayBeSubmittedAgain(const Error& error) {
    return error.code == ErrorCode::ProviderUnavailable || error.code == ErrorCode::ProviderBusy;
}

bool hasUnsubmitted(const Job& job) {
    return std::ranges::any_of(job.samples, [](const Sample& sample) {
        return sample.status == SampleStatus::Waiting || sample.status == SampleStatus::Submitting;
    });
}

Instant submittingSince(const Job& job) {
    for (const auto& event : std::views::reverse(job.events)) {
        if (event.status == JobStatus::Submitting) return event.at;
    }
    return job.started_at.value_or(job.created_at);
}

void fail(Sample& sample, const Error& why) {
    sample.status = SampleStatus::Failed;
    sample.error = toJobError(why);
}

}  // namespace

Task<Result<ProviderRequest>> SubmitStage::requestFor(Job job, std::size_t index) {
    ProviderRequest request;
    const auto& record = provenanceOf(job, job.samples[index]);
    request.endpoint = record.endpoint;
    request.parameters = record.parameters;
    if (record.takes_seed && job.samples[index].seed)
        request.parameters["seed"] = *job.samples[index].seed;
    request.user = job.user_id.str();
    request.goes_on =
        std::ranges::count(job.samples, SampleStatus::Generating, &Sample::status) > 0;
    for (const auto& [field, key] : record.images) {
        if (parts_.picture_link &&
            parts_.provider.pictureRules(request.endpoint, field).takes_url) {
            request.parameters[field] = parts_.picture_link(key);
            continue;
        }
        auto bytes = co_await parts_.blobs.get(key);
        if (!bytes) co_return failure(std::move(bytes.error()));
        request.images.emplace(field, std::move(*bytes));
    }
    if (parts_.webhook) {
        const auto callback = parts_.webhook(job, job.samples[index].index);
        request.webhook_url = callback.first;
        request.webhook_secret = callback.second;
    }
    co_return request;
}

Task<Result<>> SubmitStage::announce(JobRecord& record, std::size_t index) {
    auto& sample = record.job.samples[index];
    sample.status = SampleStatus::Submitting;
    sample.submitting_since = parts_.clock.now();
    auto saved = co_await record.save();
    co_return saved;
}

Task<Result<>> SubmitStage::submitSample(JobRecord& record, std::size_t index,
                                         const DeadlineStop& limit) {
    const auto deadline = Deadline::after(parts_.job_deadline);
    RetryBudget budget{kResubmit, deadline};
    auto request = co_await requestFor(record.job, index);
    if (!request) co_return failure(std::move(request.error()));
    request->before_send = [this, &record, index] { return announce(record, index); };
    Error last{ErrorCode::JobExpired, "the provider had no place for the job within its deadline"};
    for (;;) {
        if (limit.expired()) {
            fail(record.job.samples[index], last);
            auto saved = co_await record.save();
            co_return saved;
        }
        if (limit.token().stop_requested()) co_return failure(ErrorCode::Canceled, "stopping");
        auto submitted = co_await parts_.provider.submit(*request, limit.token());
        auto& after = record.job.samples[index];
        if (submitted) {
            auto recorded =
                co_await recordSubmission(record, index, std::move(*submitted), deadline);
            co_return recorded;
        }
        const Error why = std::move(submitted.error());
        noteFailedCall(parts_, record.job, index, "submit", why);
        if (why.code == ErrorCode::ProviderAmbiguous) {
            auto decided = co_await settleAmbiguous(record, index, limit.stop());
            co_return decided;
        }
        if (why.code == ErrorCode::Conflict || why.code == ErrorCode::NotReady)
            co_return failure(why);  // not announced
        // Certainly not taken: the next attempt, here or after a restart, may submit again.
        std::optional<Millis> wait;
        if (mayBeSubmittedAgain(why)) wait = budget.next(why.retry_after);
        after.status = SampleStatus::Waiting;
        after.submitting_since.reset();
        const bool stopped = why.code == ErrorCode::Canceled;
        if (!wait && !stopped) fail(after, why);
        auto saved = co_await record.save();
        if (!saved || (!wait && !stopped)) co_return saved;
        if (!wait) continue;
        last = why;
        co_await parts_.clock.sleep(*wait, limit.token());
    }
}

Task<Result<>> SubmitStage::recordSubmission(JobRecord& record, std::size_t index,
                                             Submission submission, Deadline deadline) {
    for (bool told = false;; told = true) {
        auto& sample = record.job.samples[index];
        sample.task_id = submission.task_id;
        sample.polling_url = submission.polling_url;
        sample.provider_cost = submission.cost;
        sample.submitted_at = parts_.clock.now();
        sample.status = SampleStatus::Generating;
        if (parts_.tasks.submitted && !told) parts_.tasks.submitted(record.job, sample);
        if (record.job.status == JobStatus::Submitting && !hasUnsubmitted(record.job))
            advance(record.job, JobStatus::Generating, parts_.clock.now());
        auto saved = co_await record.saveStubbornly(parts_.clock, deadline);
        if (saved || saved.error().code != ErrorCode::Conflict) co_return saved;

        // The owner canceled, or a webhook was faster than the reply: its note lacks the polling
        // URL.
        auto stored = co_await parts_.store.findJob(record.job.id);
        if (!stored) co_return failure(std::move(stored.error()));
        if (!*stored || isTerminal((*stored)->status)) {
            parts_.provider.release(submission.task_id);
            co_return saved;
        }
        record.job = std::move(**stored);
    }
}

Task<Result<>> SubmitStage::settleAmbiguous(JobRecord& record, std::size_t index,
                                            std::stop_token stop) {
    const auto since = record.job.samples[index].submitting_since.value_or(parts_.clock.now());
    const auto until = since + (parts_.webhook ? parts_.ambiguous_grace : Millis{0});
    const auto left = until - parts_.clock.now();
    if (left > Millis{0}) {
        // A webhook that adopts the sample writes its task id into the stored job.
        std::stop_source woken;
        const auto subscription =
            parts_.events.subscribe(record.job.id, [woken]() mutable { woken.request_stop(); });
        std::stop_callback on_stop{stop, [woken]() mutable { woken.request_stop(); }};
        auto changed = co_await record.wasChanged();
        if (changed && !*changed) co_await parts_.clock.sleep(left, woken.get_token());
        if (stop.stop_requested()) co_return failure(ErrorCode::Canceled, "stopping");
    }
    fail(record.job.samples[index], Error{ErrorCode::ProviderAmbiguous,
                                          "no usable answer came after the request had left: the "
                                          "connection broke or the provider failed"});
    auto saved = co_await record.save();  // a conflict here is the adoption
    co_return saved;
}

Task<Result<>> SubmitStage::submitSamples(JobRecord& record, std::stop_token stop) {
    const DeadlineStop limit{parts_.clock, submittingSince(record.job) + parts_.job_deadline, stop};
    for (std::size_t i = 0; i < record.job.samples.size(); ++i) {
        const auto status = record.job.samples[i].status;
        if (status != SampleStatus::Waiting && status != SampleStatus::Submitting) continue;
        // Found in `submitting`: the process died between asking and knowing.
        auto done = status == SampleStatus::Waiting ? submitSample(record, i, limit)
                                                    : settleAmbiguous(record, i, stop);
        auto result = co_await done;
        if (!result) co_return result;
    }
    co_return Result<>{};
}

Task<Result<>> SubmitStage::run(JobRecord& record, std::stop_token stop) {
    auto submitted = co_await submitSamples(record, std::move(stop));
    if (!submitted || record.job.status != JobStatus::Submitting) co_return submitted;
    const auto& samples = record.job.samples;
    const bool any_taken = std::ranges::any_of(
        samples, [](const Sample& s) { return s.status == SampleStatus::Generating; });
    if (any_taken) {
        advance(record.job, JobStatus::Generating, parts_.clock.now());
    } else if (std::ranges::all_of(samples, [](const Sample& s) { return isTerminal(s.status); })) {
        conclude(record.job, parts_.clock.now());
    } else {
        co_return failure(ErrorCode::Canceled, "stopping");
    }
    auto saved = co_await record.save();
    co_return saved;
}

}  // namespace atelier
