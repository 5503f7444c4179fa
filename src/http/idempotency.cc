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
constexpr std::array kKeptHeaders{"location", "preference-applied"};
/// Fields of a job in which links to pictures stand.
constexpr std::array kLinkFields{"url", "thumbUrl", "resultUrl", "maskUrl"};

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

void renewLinks(boost::json::object& fields, const LinkSigner& links) {
    for (const auto* name : kLinkFields) {
        auto* field = fields.if_contains(name);
        if (field != nullptr && field->is_string())
            *field = boost::json::string{links.renewed(std::string{field->get_string()})};
    }
}

/// The same answer, but its links, which expire long before the key, work again.
std::string withFreshLinks(const std::string& body, const LinkSigner& links) {
    auto parsed = json::parse(body);
    if (!parsed || !parsed->is_object()) return body;
    auto& job = parsed->get_object();
    renewLinks(job, links);
    if (auto* samples = job.if_contains("samples"); samples != nullptr && samples->is_array())
        for (auto& sample : samples->get_array())
            if (sample.is_object()) renewLinks(sample.get_object(), links);
    return boost::json::serialize(*parsed);
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

drogon::HttpResponsePtr Idempotency::replay(const KeptAnswer& answer) const {
    auto response = drogon::HttpResponse::newHttpResponse();
    response->setStatusCode(static_cast<drogon::HttpStatusCode>(answer.status));
    response->setContentTypeCode(drogon::CT_APPLICATION_JSON);
    for (const auto* name : kKeptHeaders) {
        const auto found = answer.headers.find(name);
        if (found != answer.headers.end()) response->addHeader(found->first, found->second);
    }
    response->setBody(withFreshLinks(answer.body, links_));
    return response;
}

drogon::HttpResponsePtr Idempotency::recovered(const Job& job) const {
    auto response = jsonReply(isTerminal(job.status) ? 200 : 202, viewOf(job, links_));
    response->addHeader("location", jobPath(job));
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
    auto response = answer != nullptr ? replay(*answer) : recovered(std::get<Job>(*outcome));
    noteCredits(response, call->user().credits_left, call->user().creditsHeld());
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
