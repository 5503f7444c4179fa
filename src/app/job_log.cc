#include "app/job_log.h"

#include <array>

#include "telemetry/log.h"
#include "util/join.h"

namespace atelier {
namespace {

/// All that the provider made for `job`, in the order of samples and steps.
std::vector<std::string> tasksOf(const Job& job) {
    std::vector<std::string> tasks;
    for (const auto& sample : job.samples) {
        for (const auto& step : sample.earlier)
            if (step.task_id) tasks.push_back(*step.task_id);
        if (sample.task_id) tasks.push_back(*sample.task_id);
    }
    return tasks;
}

void noteTask(std::string_view message, const Job& job, const Sample& sample) {
    log::info(message, {{"requestId", job.request_id},
                        {"jobId", job.id},
                        {"userId", job.user_id},
                        {"sample", sample.index},
                        {"step", sample.step},
                        {"taskId", sample.task_id},
                        {"endpoint", provenanceOf(job, sample).endpoint}});
}

void notePoll(const Job& job, const Sample& sample, const TaskReport& report, Millis next) {
    if (!log::enabled(LogLevel::Debug)) return;  // there are many
    constexpr std::array<std::string_view, 3> kStates{"running", "ready", "gone"};
    log::debug("task polled", {{"requestId", job.request_id},
                               {"jobId", job.id},
                               {"sample", sample.index},
                               {"taskId", sample.task_id},
                               {"state", kStates[static_cast<std::size_t>(report.state)]},
                               {"progress", report.progress},
                               {"nextMs", next}});
}

/// Without the error's words, which may quote the request.
void noteFailure(const Job& job, const Sample& sample, std::string_view call, const Error& error) {
    log::warn("provider call failed", {{"requestId", job.request_id},
                                       {"jobId", job.id},
                                       {"sample", sample.index},
                                       {"step", sample.step},
                                       {"taskId", sample.task_id},
                                       {"endpoint", provenanceOf(job, sample).endpoint},
                                       {"call", call},
                                       {"code", error.code}});
}

void noteEnd(const Job& job) {
    const auto tasks = tasksOf(job);
    std::optional<std::string> first, all, code;
    if (!tasks.empty()) first = tasks.front();
    if (tasks.size() > 1) all = join(tasks, " ");
    if (job.error) code = job.error->code;
    log::info("job ended", {{"requestId", job.request_id},
                            {"jobId", job.id},
                            {"userId", job.user_id},
                            {"kind", job.kind},
                            {"status", job.status},
                            {"code", code},
                            {"taskId", first},
                            {"taskIds", all},
                            {"credits", job.credits_used}});
}

std::string_view wordOf(JobRunner::Outcome outcome) {
    switch (outcome) {
        case JobRunner::Outcome::Done:
            return "done";
        case JobRunner::Outcome::Later:
            return "later";
        case JobRunner::Outcome::Stopped:
            return "stopped";
    }
    return "";
}

}  // namespace

void noteAccepted(const Job& job) {
    log::info("job accepted", {{"requestId", job.request_id},
                               {"jobId", job.id},
                               {"userId", job.user_id},
                               {"kind", job.kind}});
}

void noteAdopted(const Job& job, const Sample& sample) {
    noteTask("task adopted", job, sample);
}

TaskListener taskListener() {
    return {.submitted = [](const Job& job,
                            const Sample& sample) { noteTask("task submitted", job, sample); },
            .polled = notePoll,
            .call_failed = noteFailure};
}

JobRunner::Observer runnerObserver(Metrics& metrics) {
    return {
        .stage_done = [&metrics](JobKind kind, JobStatus stage,
                                 Millis took) { metrics.jobStage(kind, stage, took); },
        .job_ended =
            [&metrics](const Job& job) {
                metrics.jobEnded(job.kind, job.status);
                noteEnd(job);
            },
        .trouble =
            [](const Job& job, const Error& error) {
                log::warn("job ran into trouble", {{"requestId", job.request_id},
                                                   {"jobId", job.id},
                                                   {"status", job.status},
                                                   {"code", error.code},
                                                   {"cause", error.cause}});
            },
    };
}

Worker::Listener workerListener() {
    return {.trouble = noteTrouble,
            .leased = [](JobId job) { log::debug("job leased", {{"jobId", job}}); },
            .let_go =
                [](JobId job, JobRunner::Outcome outcome) {
                    log::debug("job let go", {{"jobId", job}, {"outcome", wordOf(outcome)}});
                }};
}

void noteTrouble(std::string_view what, const std::string& detail) {
    std::optional<std::string> known;
    if (!detail.empty()) known = detail;
    log::warn(what, {{"detail", known}});
}

}  // namespace atelier
