#include "http/handlers/admin_handlers.h"

#include "http/admin_views.h"
#include "http/paging.h"
#include "http/reply.h"

namespace atelier::http {
namespace {

std::optional<std::string> textOf(const Call& call, std::string_view name) {
    return call.text(name).transform([](std::string_view text) { return std::string{text}; });
}

template <class AnyId>
std::optional<AnyId> idOf(const Call& call, std::string_view name) {
    if (!call.text(name)) return std::nullopt;
    return call.id<AnyId>(name);
}

}  // namespace

void AdminHandlers::bind(OperationTable& table) {
    table.bind("adminListUsers", *this, &AdminHandlers::listUsers);
    table.bind("adminChangeUser", *this, &AdminHandlers::changeUser);
    table.bind("adminListJobs", *this, &AdminHandlers::listJobs);
    table.bind("adminRetryJob", *this, &AdminHandlers::retryJob);
    table.bind("adminGetStats", *this, &AdminHandlers::getStats);
    table.bind("adminListAudit", *this, &AdminHandlers::listAudit);
}

Task<Answer> AdminHandlers::listUsers(CallPtr call) {
    UserFilter filter;
    filter.email_part = textOf(*call, "email");
    filter.role = call->choice<Role>("role");
    if (const auto* disabled = call->parameter("disabled")) filter.disabled = disabled->as_bool();
    auto page = co_await parts_.accounts.list(std::move(filter), pageRequestOf(*call));
    if (!page) co_return failure(std::move(page.error()));
    co_return jsonReply(200, pageOf(*page, [](const User& user) { return adminViewOf(user); }));
}

Task<Answer> AdminHandlers::changeUser(CallPtr call) {
    auto in = call->bodyAs<AccountChange>();
    if (!in) co_return failure(std::move(in.error()));
    auto user = co_await parts_.accounts.change(call->caller(), call->id<UserId>("userId"), *in);
    if (!user) co_return failure(std::move(user.error()));
    co_return jsonReply(200, adminViewOf(*user));
}

Task<Answer> AdminHandlers::listJobs(CallPtr call) {
    JobFilter filter;
    filter.kind = call->choice<JobKind>("kind");
    filter.status = call->choice<JobStatus>("status");
    filter.domain = textOf(*call, "domain");
    auto page = co_await parts_.store.listAllJobs(idOf<UserId>(*call, "userId"), std::move(filter),
                                                  pageRequestOf(*call));
    if (!page) co_return failure(std::move(page.error()));
    co_return jsonReply(200, pageOf(*page, [](const Job& job) { return adminViewOf(job); }));
}

Task<Answer> AdminHandlers::retryJob(CallPtr call) {
    const auto id = call->id<JobId>("jobId");
    auto job = co_await parts_.jobs.retry(id, call->request_id);
    if (!job) co_return failure(std::move(job.error()));
    auto event = auditEvent(call->caller(), "job.retry", id.str(), {{"as", job->id.str()}});
    auto recorded = co_await parts_.audit.record(std::move(event));
    if (!recorded) co_return failure(std::move(recorded.error()));
    co_return jsonReply(202, adminViewOf(*job));
}

Task<Answer> AdminHandlers::getStats(CallPtr) {
    auto counts = co_await parts_.store.counts();
    if (!counts) co_return failure(std::move(counts.error()));
    auto depth = co_await parts_.queue.depth();
    if (!depth) co_return failure(std::move(depth.error()));
    co_return jsonReply(200, statsViewOf(*counts, *depth, parts_.metrics.providerOutcomes()));
}

Task<Answer> AdminHandlers::listAudit(CallPtr call) {
    AuditFilter filter;
    filter.actor = idOf<UserId>(*call, "actor");
    filter.action = textOf(*call, "action");
    filter.subject = textOf(*call, "subject");
    auto page = co_await parts_.audit.list(std::move(filter), pageRequestOf(*call));
    if (!page) co_return failure(std::move(page.error()));
    co_return jsonReply(200, pageOf(*page, [](const AuditEntry& entry) { return entry; }));
}

}  // namespace atelier::http
