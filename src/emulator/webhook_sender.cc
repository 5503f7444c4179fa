#include "emulator/webhook_sender.h"

#include <boost/json/serialize.hpp>

#include "contract/contract.h"
#include "emulator/wire.h"
#include "util/encoding.h"

namespace atelier::emulator {

namespace {

namespace bj = boost::json;

constexpr int kRedirect = 300;

std::string problemOf(const EmulatedTask& task) {
    if (task.ending == Ending::Error)
        return task.reasons.empty() ? "Generation failed" : task.reasons.front();
    return std::string{statusText(task.ending)};
}

bj::object bodyOf(const EmulatedTask& task, bj::object result, WebhookBody vocabulary) {
    const bool ready = task.ending == Ending::Ready;
    bj::object body;
    if (vocabulary == WebhookBody::Task) {
        body = {{"task_id", task.id}, {"status", ready ? "SUCCESS" : "FAILED"}};
    } else {
        body = {{"id", task.id},
                {"status", ready ? "Ready" : "Error"},
                {"timestamp", toRfc3339(task.ended_at)}};
    }
    if (ready)
        body.emplace("result", std::move(result));
    else
        body.emplace("error", problemOf(task));
    return body;
}

HttpRequest requestOf(const EmulatedTask& task, std::string body, WebhookProof proof) {
    HttpRequest request;
    request.method = "POST";
    request.url = task.webhook_url;
    request.headers.emplace_back("Content-Type", "application/json");
    if (!task.webhook_secret.empty() && proof == WebhookProof::Secret)
        request.headers.emplace_back("X-Webhook-Secret", task.webhook_secret);
    if (!task.webhook_secret.empty() && proof == WebhookProof::Hmac)
        request.headers.emplace_back("X-BFL-Signature",
                                     "sha256=" + toHex(hmacSha256(task.webhook_secret, body)));
    request.body = share(std::move(body));
    return request;
}

}  // namespace

Task<> WebhookSender::send(EmulatedTask task, bj::object result, Settings settings,
                           std::stop_token stop) {
    const auto body = bodyOf(task, std::move(result), settings.webhook_body);
    const auto request = requestOf(task, bj::serialize(body), settings.webhook_proof);
    if (task.webhook_delay > Millis{0}) {
        const bool on_time = co_await clock_.sleep(task.webhook_delay, stop);
        if (!on_time) co_return;
    }
    for (int copy = 0; copy < task.webhook_copies; ++copy) {
        auto one = request;
        co_await deliver(std::move(one), stop);
    }
}

Task<> WebhookSender::deliver(HttpRequest request, std::stop_token stop) {
    std::vector<Millis> waits{Millis{0}};
    for (const auto retry : contract::Contract::bfl().webhookRetries()) waits.emplace_back(retry);
    for (const auto wait : waits) {
        if (wait > Millis{0}) {
            const bool on_time = co_await clock_.sleep(wait, stop);
            if (!on_time) co_return;
        }
        auto attempt = request;
        auto answer = co_await http_.send(std::move(attempt), stop);
        tasks_.countWebhook();
        if (answer && answer->status >= kOk && answer->status < kRedirect) co_return;
    }
}

}  // namespace atelier::emulator
