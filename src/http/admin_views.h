#pragma once

#include <map>
#include <vector>

#include "domain/audit.h"
#include "http/views.h"
#include "ports/admin_store.h"
#include "ports/job_queue.h"
#include "telemetry/metrics.h"

/// What administrators see of others: no secrets, prompts or pictures.
namespace atelier::http {

struct AdminUserView {
    UserId id;
    std::string email;
    Role role = Role::User;
    bool disabled = false;
    Credits credits_left = 0;
    Credits credits_held = 0;
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(AdminUserView, (),
                      (id, email, role, disabled, credits_left, credits_held, created_at))

struct AdminSampleView {
    std::int64_t index = 0;
    SampleStatus status = SampleStatus::Waiting;
    std::optional<std::string> task_id;
    std::optional<JobError> error;
};
BOOST_DESCRIBE_STRUCT(AdminSampleView, (), (index, status, task_id, error))

struct AdminJobView {
    JobId id;
    UserId user_id;
    JobKind kind = JobKind::Tryon;
    JobStatus status = JobStatus::Queued;
    std::string domain, engine;
    std::vector<AdminSampleView> samples;
    Credits credits_held = 0;
    Credits credits_used = 0;
    std::optional<JobError> error;
    std::optional<JobId> retried_as;
    std::string request_id;
    Instant created_at{};
    std::optional<Instant> started_at, finished_at;
};
BOOST_DESCRIBE_STRUCT(AdminJobView, (),
                      (id, user_id, kind, status, domain, engine, samples, credits_held,
                       credits_used, error, retried_as, request_id, created_at, started_at,
                       finished_at))

struct UserCountsView {
    std::int64_t total = 0, admins = 0, disabled = 0;
};
BOOST_DESCRIBE_STRUCT(UserCountsView, (), (total, admins, disabled))

struct QueueView {
    std::int64_t waiting = 0, delayed = 0, active = 0;
};
BOOST_DESCRIBE_STRUCT(QueueView, (), (waiting, delayed, active))

struct StatsView {
    std::map<std::string, std::int64_t> jobs;  ///< by status, every status
    QueueView queue;
    UserCountsView users;
    BalanceView credits;
    std::vector<ProviderOutcome> provider;
};
BOOST_DESCRIBE_STRUCT(StatsView, (), (jobs, queue, users, credits, provider))

BOOST_DESCRIBE_STRUCT(PageView<AdminUserView>, (), (items, next_cursor))
BOOST_DESCRIBE_STRUCT(PageView<AdminJobView>, (), (items, next_cursor))
BOOST_DESCRIBE_STRUCT(PageView<AuditEntry>, (), (items, next_cursor))

AdminUserView adminViewOf(const User& user);
AdminJobView adminViewOf(const Job& job);
StatsView statsViewOf(const StoreCounts& counts, const QueueDepth& depth,
                      std::vector<ProviderOutcome> provider);

}  // namespace atelier::http
