#include "http/admin_views.h"

#include "util/names.h"

namespace atelier::http {

AdminUserView adminViewOf(const User& user) {
    return {user.id,           user.email,         user.role,      user.disabled,
            user.credits_left, user.creditsHeld(), user.created_at};
}

AdminJobView adminViewOf(const Job& job) {
    AdminJobView view;
    view.id = job.id;
    view.user_id = job.user_id;
    view.kind = job.kind;
    view.status = job.status;
    view.domain = job.request.domain;
    view.engine = job.request.engine;
    for (const auto& sample : job.samples)
        view.samples.push_back({sample.index, sample.status, sample.task_id, sample.error});
    view.credits_held = isTerminal(job.status) ? 0 : job.credits_held;
    view.credits_used = job.credits_used;
    view.error = job.error;
    view.retried_as = job.retried_as;
    view.request_id = job.request_id;
    view.created_at = job.created_at;
    view.started_at = job.started_at;
    view.finished_at = job.finished_at;
    return view;
}

StatsView statsViewOf(const StoreCounts& counts, const QueueDepth& depth,
                      std::vector<ProviderOutcome> provider) {
    StatsView view;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<JobStatus>>([&](auto one) {
        const auto found = counts.jobs.find(one.value);
        view.jobs[std::string{nameOf(one.value)}] = found == counts.jobs.end() ? 0 : found->second;
    });
    view.queue = {depth.waiting, depth.delayed, depth.active};
    view.users = {counts.users, counts.admins, counts.disabled};
    view.credits = {counts.credits_left, counts.credits_held};
    view.provider = std::move(provider);
    return view;
}

}  // namespace atelier::http
