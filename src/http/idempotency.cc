#include "http/idempotency.h"

#include <array>

#include <fmt/format.h>

#include "http/credit_headers.h"
#include "http/job_view.h"
#include "http/prefer.h"
#include "http/reply.h"
#include "net/http_host.h"
#include "telemetry/log.h"
#include "util/encoding.h"

namespace atelier::http {
namespace {

/// What belongs to an answer besides its body; the rest is made afresh for each request.
constexpr std::array kKeptHeaders{"location", "preference-applied", kCreditsLeft, kCreditsHeld};

KeptAnswer kept(const drogon::HttpResponse& response) {
    KeptAnswer answer;
    answer.status = response.statusCode();
    for (const auto* name : kKeptHeaders) {
        const auto found = response.headers().find(name);
        if (found != response.headers().end()) answer.headers.emplace(name, found->second);
    }
    answer.body = response.body();
    return answer;
}

drogon::HttpResponsePtr replay(const KeptAnswer& answer) {
    auto response = drogon::HttpResponse::newHttpResponse();
    response->setStatusCode(static_cast<drogon::HttpStatusCode>(answer.status));
    response->setContentTypeCode(drogon::CT_APPLICATION_JSON);
    for (const auto& [name, value] : answer.headers) response->addHeader(name, value);
    response->setBody(answer.body);
    return response;
}

/// A claim that stays although it should not is taken over once its lease has run out.
void noteFailure(const Call& call, const Result<>& done) {
    if (!done)
        log::warn("an idempotency key could not be closed", {{"requestId", call.request_id},
                                                             {"code", done.error().code},
                                                             {"cause", done.error().cause}});
}

}  // namespace

void takeFingerprint(Call& call) {
    if (!call.text("idempotency-key")) return;
    const auto& request = *call.request;
    call.fingerprint = sha256Hex(fmt::format("{} {}\n{}", request.methodString(), request.path(),
                                             sha256Hex(*net::bodyOf(call.request))));
}

drogon::HttpResponsePtr Idempotency::recovered(const Call& call, const Job& job) const {
    auto response = jsonReply(isTerminal(job.status) ? 200 : 202, viewOf(job, links_));
    response->addHeader("location", jobPath(job));
    noteCredits(response, call.user().credits_left, call.user().creditsHeld());
    return response;
}

Task<Answer> Idempotency::run(CallPtr call, const Handler* handler) {
    if (call->fingerprint.empty()) takeFingerprint(*call);
    IdempotentRequest request;
    request.user = call->user().id;
    request.key = std::string{*call->text("idempotency-key")};
    request.fingerprint = call->fingerprint;
    request.wait = parsePreferWait(call->text("prefer").value_or("")).value_or(Seconds{0});
    auto outcome = co_await requests_.begin(std::move(request));
    if (!outcome) co_return failure(std::move(outcome.error()));
    if (auto* claim = std::get_if<IdempotencyClaim>(&*outcome)) {
        auto answer = co_await carryOut(call, handler, std::move(*claim));
        co_return answer;
    }
    const auto* answer = std::get_if<KeptAnswer>(&*outcome);
    auto response = answer != nullptr ? replay(*answer) : recovered(*call, std::get<Job>(*outcome));
    response->addHeader("idempotent-replayed", "true");
    co_return response;
}

Task<Answer> Idempotency::carryOut(CallPtr call, const Handler* handler, IdempotencyClaim claim) {
    call->job_id = claim.job_id;
    auto answer = co_await (*handler)(call);
    if (answer) {
        auto done = co_await requests_.keep(std::move(claim), kept(**answer));
        noteFailure(*call, done);
    } else {
        auto done = co_await requests_.giveUp(std::move(claim));
        noteFailure(*call, done);
    }
    co_return answer;
}

}  // namespace atelier::http
