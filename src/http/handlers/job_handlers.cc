#include "http/handlers/job_handlers.h"

#include <fmt/format.h>

#include "http/credit_headers.h"
#include "http/event_stream.h"
#include "http/job_view.h"
#include "http/paging.h"
#include "http/prefer.h"
#include "http/record_view.h"
#include "http/reply.h"

namespace atelier::http {
namespace {

std::optional<Seconds> preferredWait(const Call& call) {
    return parsePreferWait(call.text("prefer").value_or(""));
}

void notePreference(const drogon::HttpResponsePtr& response, std::optional<Seconds> wait) {
    if (wait) response->addHeader("preference-applied", fmt::format("wait={}", wait->count()));
}

}  // namespace

void JobHandlers::bind(OperationTable& table) {
    table.bind("submitTryOn", *this, &JobHandlers::submitTryOn);
    table.bind("generateModel", *this, &JobHandlers::generateModel);
    table.bind("listTryOns", *this, &JobHandlers::listTryOns);
    table.bind("getTryOn", *this, &JobHandlers::getTryOn);
    table.bind("cancelTryOn", *this, &JobHandlers::cancelTryOn);
    table.bind("streamTryOnEvents", *this, &JobHandlers::streamTryOnEvents);
    table.bind("changeScene", *this, &JobHandlers::changeScene);
    table.bind("getSceneChange", *this, &JobHandlers::getSceneChange);
    table.bind("cancelSceneChange", *this, &JobHandlers::cancelSceneChange);
    table.bind("streamSceneEvents", *this, &JobHandlers::streamSceneEvents);
    table.bind("listJobs", *this, &JobHandlers::listJobs);
    table.bind("getJob", *this, &JobHandlers::getJob);
    table.bind("cancelJob", *this, &JobHandlers::cancelJob);
    table.bind("streamJobEvents", *this, &JobHandlers::streamJobEvents);
    table.bind("getJobSheet", *this, &JobHandlers::getJobSheet);
    table.bind("getJobRecord", *this, &JobHandlers::getJobRecord);
    table.bind("rerunJob", *this, &JobHandlers::rerunJob);
}

Task<drogon::HttpResponsePtr> JobHandlers::show(int status, Job job) {
    auto view = viewOf(job, parts_.links);
    if (job.status == JobStatus::Queued) {
        auto position = co_await parts_.jobs.queuePosition(std::move(job));
        if (position) view.queue_position = *position;
    }
    co_return jsonReply(status, view);
}

/// As it is now: other requests of the caller go on meanwhile. The job stands, whether or not the
/// balance can be read.
Task<> JobHandlers::noteBalance(CallPtr call, drogon::HttpResponsePtr response) {
    auto balance = co_await parts_.credits.balance(call->user().id);
    if (balance) noteCredits(response, balance->left, balance->held);
}

Task<Answer> JobHandlers::taken(CallPtr call, Accepted accepted) {
    const auto wait = preferredWait(*call);
    if (wait) {
        auto job =
            co_await parts_.jobs.waitUntilDone(call->user().id, accepted.job.id, *wait, stop_);
        if (!job) co_return failure(std::move(job.error()));
        accepted.job = std::move(*job);
    }
    const auto location = jobPath(accepted.job);
    const bool ended = isTerminal(accepted.job.status);
    auto response = co_await show(ended ? 200 : 202, std::move(accepted.job));
    response->addHeader("location", location);
    notePreference(response, wait);
    if (wait)
        co_await noteBalance(call, response);
    else
        noteCredits(response, accepted.balance.left, accepted.balance.held);
    co_return response;
}

Task<Answer> JobHandlers::submitTryOn(CallPtr call) {
    auto in = call->bodyAs<TryOnInput>();
    if (!in) co_return failure(std::move(in.error()));
    auto accepted = co_await parts_.jobs.submitTryOn(call->caller(), std::move(*in));
    if (!accepted) co_return failure(std::move(accepted.error()));
    auto answer = co_await taken(call, std::move(*accepted));
    co_return answer;
}

Task<Answer> JobHandlers::generateModel(CallPtr call) {
    auto in = call->bodyAs<GenerateModelInput>();
    if (!in) co_return failure(std::move(in.error()));
    if (const auto picture = call->files.find("imagePrompt"); picture != call->files.end())
        in->image_prompt = picture->second;
    auto accepted = co_await parts_.jobs.generateModel(call->caller(), std::move(*in));
    if (!accepted) co_return failure(std::move(accepted.error()));
    auto answer = co_await taken(call, std::move(*accepted));
    co_return answer;
}

Task<Answer> JobHandlers::changeScene(CallPtr call) {
    auto in = call->bodyAs<ChangeSceneInput>();
    if (!in) co_return failure(std::move(in.error()));
    if (const auto picture = call->files.find("imageBase64"); picture != call->files.end())
        in->image = picture->second;
    if (const auto picture = call->files.find("controlImage"); picture != call->files.end())
        in->control_image = picture->second;
    if (in->image_url && !in->image) {
        auto fetched = co_await parts_.importer.fetch(call->user().id, *in->image_url, "/imageUrl");
        if (!fetched) co_return failure(std::move(fetched.error()));
        in->image = std::move(*fetched);
        in->image_url.reset();
    }
    auto accepted = co_await parts_.jobs.changeScene(call->caller(), std::move(*in));
    if (!accepted) co_return failure(std::move(accepted.error()));
    auto answer = co_await taken(call, std::move(*accepted));
    co_return answer;
}

Task<Answer> JobHandlers::list(CallPtr call, std::optional<JobKind> kind) {
    JobFilter filter;
    filter.kind = kind ? kind : call->choice<JobKind>("kind");
    filter.status = call->choice<JobStatus>("status");
    if (const auto domain = call->text("domain")) filter.domain = std::string{*domain};
    auto page = co_await parts_.jobs.list(call->user().id, std::move(filter), pageRequestOf(*call));
    if (!page) co_return failure(std::move(page.error()));
    auto view = pageOf(*page, [&](const Job& job) { return viewOf(job, parts_.links); });
    for (std::size_t i = 0; i < view.items.size(); ++i) {
        if (view.items[i].status != JobStatus::Queued) continue;
        auto position = co_await parts_.jobs.queuePosition(page->items[i]);
        if (position) view.items[i].queue_position = *position;
    }
    co_return jsonReply(200, view);
}

Task<Answer> JobHandlers::find(CallPtr call, std::optional<JobKind> kind) {
    const auto id = call->id<JobId>("jobId");
    auto job = co_await parts_.jobs.find(call->user().id, id, kind);
    if (!job) co_return failure(std::move(job.error()));
    const auto wait = preferredWait(*call);
    if (wait && !isOver(*job)) {
        job = co_await parts_.jobs.waitUntilDone(call->user().id, id, *wait, stop_);
        if (!job) co_return failure(std::move(job.error()));
    }
    auto response = co_await show(200, std::move(*job));
    notePreference(response, wait);
    co_return response;
}

Task<Answer> JobHandlers::cancel(CallPtr call, std::optional<JobKind> kind) {
    auto job = co_await parts_.jobs.cancel(call->user().id, call->id<JobId>("jobId"), kind);
    if (!job) co_return failure(std::move(job.error()));
    auto response = jsonReply(200, viewOf(*job, parts_.links));
    co_await noteBalance(call, response);
    co_return response;
}

Task<Answer> JobHandlers::getJobSheet(CallPtr call) {
    auto job = co_await parts_.jobs.find(call->user().id, call->id<JobId>("jobId"));
    if (!job) co_return failure(std::move(job.error()));
    auto sheet = co_await parts_.sheets.sheet(std::move(*job));
    if (!sheet) co_return failure(std::move(sheet.error()));
    auto response = emptyReply();
    response->setStatusCode(drogon::k200OK);
    response->setContentTypeString(sheet->content_type);
    response->setBody(Bytes{*sheet->bytes});
    response->addHeader("cache-control", "private, no-store");
    co_return response;
}

Task<Answer> JobHandlers::getJobRecord(CallPtr call) {
    auto job = co_await parts_.jobs.find(call->user().id, call->id<JobId>("jobId"));
    if (!job) co_return failure(std::move(job.error()));
    co_return jsonReply(200, recordOf(*job));
}

Task<Answer> JobHandlers::rerunJob(CallPtr call) {
    RerunInput in;
    if (!call->body.is_null()) {
        auto body = call->bodyAs<RerunInput>();
        if (!body) co_return failure(std::move(body.error()));
        in = *body;
    }
    auto accepted = co_await parts_.jobs.rerun(call->caller(), call->id<JobId>("jobId"), in);
    if (!accepted) co_return failure(std::move(accepted.error()));
    auto answer = co_await taken(call, std::move(*accepted));
    co_return answer;
}

Task<Answer> JobHandlers::stream(CallPtr call, std::optional<JobKind> kind) {
    const auto id = call->id<JobId>("jobId");
    auto job = co_await parts_.jobs.find(call->user().id, id, kind);
    if (!job) co_return failure(std::move(job.error()));
    EventStream::Parts parts{parts_.jobs, parts_.links, parts_.metrics, stop_};
    co_return EventStream::open(parts, call->request, call->user().id, id,
                                call->text("last-event-id").value_or(""));
}

Task<Answer> JobHandlers::listTryOns(CallPtr call) {
    return list(std::move(call), JobKind::Tryon);
}
Task<Answer> JobHandlers::getTryOn(CallPtr call) {
    return find(std::move(call), JobKind::Tryon);
}
Task<Answer> JobHandlers::cancelTryOn(CallPtr call) {
    return cancel(std::move(call), JobKind::Tryon);
}
Task<Answer> JobHandlers::streamTryOnEvents(CallPtr call) {
    return stream(std::move(call), JobKind::Tryon);
}
Task<Answer> JobHandlers::getSceneChange(CallPtr call) {
    return find(std::move(call), JobKind::Scene);
}
Task<Answer> JobHandlers::cancelSceneChange(CallPtr call) {
    return cancel(std::move(call), JobKind::Scene);
}
Task<Answer> JobHandlers::streamSceneEvents(CallPtr call) {
    return stream(std::move(call), JobKind::Scene);
}
Task<Answer> JobHandlers::listJobs(CallPtr call) {
    return list(std::move(call), std::nullopt);
}
Task<Answer> JobHandlers::getJob(CallPtr call) {
    return find(std::move(call), std::nullopt);
}
Task<Answer> JobHandlers::cancelJob(CallPtr call) {
    return cancel(std::move(call), std::nullopt);
}
Task<Answer> JobHandlers::streamJobEvents(CallPtr call) {
    return stream(std::move(call), std::nullopt);
}

}  // namespace atelier::http
