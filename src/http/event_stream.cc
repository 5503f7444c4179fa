#include "http/event_stream.h"

#include <functional>
#include <limits>

#include <fmt/format.h>

#include "http/job_view.h"
#include "http/text.h"
#include "net/http_host.h"
#include "util/json.h"

namespace atelier::http {
namespace {

constexpr Millis kPingEvery{15'000};

struct Follower {
    EventStream::Parts parts;
    UserId owner;
    JobId job;
    std::int64_t seen = 0;
    std::function<void()> end;
    drogon::ResponseStreamPtr out;
};

std::string wireEvent(std::int64_t seq, std::string_view name, const JobView& view) {
    return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", seq, name, json::write(view));
}

/// Of a sample while its job is in a state before the last.
SampleStatus sampleIn(JobStatus status) {
    switch (status) {
        case JobStatus::Submitting:
            return SampleStatus::Submitting;
        case JobStatus::Generating:
            return SampleStatus::Generating;
        case JobStatus::Storing:
            return SampleStatus::Storing;
        default:
            return SampleStatus::Waiting;
    }
}

/// `job` as it was at `event`, as far as is still known: nothing in it came later.
Job asOf(const Job& job, const JobEvent& event) {
    Job then = job;
    then.status = event.status;
    then.progress = event.progress;
    then.credits_used = 0;
    then.error.reset();
    then.finished_at.reset();
    if (event.status == JobStatus::Queued) then.started_at.reset();
    if (event.status == JobStatus::Queued || event.status == JobStatus::Preparing) {
        then.provenance.mask_key.reset();
        then.provenance.warnings.clear();
    }
    for (auto& sample : then.samples) {
        Sample bare;
        bare.index = sample.index;
        bare.model_id = sample.model_id;
        bare.status = sampleIn(event.status);
        sample = std::move(bare);
    }
    return then;
}

/// Sends what is new, or else `quiet`; false when nothing will follow.
Task<bool> tell(std::shared_ptr<Follower> follower, std::string_view quiet) {
    auto& self = *follower;
    auto job = co_await self.parts.jobs.find(self.owner, self.job);
    if (!job) co_return false;
    if (isTerminal(job->status) && !job->settled) {  // who hears of the end may ask for the balance
        const bool listening = quiet.empty() || self.out->send(std::string{quiet});
        co_return listening;
    }
    const auto events = EventStream::eventsAfter(*job, self.seen, self.parts.links);
    if (!job->events.empty()) self.seen = std::max(self.seen, job->events.back().seq);
    const auto text = events.empty() ? quiet : std::string_view{events};
    const bool open = text.empty() || self.out->send(std::string{text});
    co_return open && !isTerminal(job->status);
}

/// Owns the follower. Every way out closes the stream. Between events it holds no job.
Task<> follow(std::shared_ptr<Follower> follower) {
    auto& self = *follower;
    self.parts.metrics.eventStreams(+1);
    bool open = self.out->send(": connected\n\n");
    while (open && !self.parts.stop.stop_requested()) {
        const auto quiet = Deadline::after(kPingEvery - Millis{500});
        co_await self.parts.jobs.waitForNews(self.owner, self.job, self.seen, kPingEvery,
                                             self.parts.stop);
        open = co_await tell(follower, quiet.expired() ? ": ping\n\n" : "");
    }
    self.out->close();
    self.end();
    self.parts.metrics.eventStreams(-1);
}

}  // namespace

std::string EventStream::eventsAfter(const Job& job, std::int64_t seen, const LinkSigner& links) {
    std::string out;
    const auto view = viewOf(job, links);
    const auto last = job.events.empty() ? seen : job.events.back().seq;
    for (const auto& event : job.events) {
        if (event.seq <= seen || isTerminal(event.status)) continue;
        out += wireEvent(event.seq, "status",
                         event.seq == last ? view : viewOf(asOf(job, event), links));
    }
    if (!isTerminal(job.status)) return out;
    if (last > seen && job.status == JobStatus::Succeeded) out += wireEvent(last, "result", view);
    return out + wireEvent(last, "end", view);
}

drogon::HttpResponsePtr EventStream::open(const Parts& parts, const drogon::HttpRequestPtr& request,
                                          UserId owner, JobId job, std::string_view last_event_id) {
    auto follower =
        std::make_shared<Follower>(Follower{parts, owner, job, 0, net::endOfStream(request), {}});
    follower->seen = digits(last_event_id, std::numeric_limits<std::int64_t>::max()).value_or(0);
    auto start = [follower](drogon::ResponseStreamPtr out) {
        follower->out = std::move(out);
        spawn(follow(follower));
    };
    auto response = drogon::HttpResponse::newAsyncStreamResponse(std::move(start), true);
    response->setContentTypeString("text/event-stream");
    response->addHeader("cache-control", "no-store");
    response->addHeader("x-accel-buffering", "no");
    return response;
}

}  // namespace atelier::http
