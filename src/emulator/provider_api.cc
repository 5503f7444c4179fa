#include "emulator/provider_api.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "emulator/submission.h"
#include "util/json.h"
#include "util/uuid.h"

namespace atelier::emulator {

namespace bj = boost::json;
using contract::Contract;
using contract::Endpoint;
using contract::Kind;

namespace {

constexpr std::size_t kMinKeyTail = 8;
constexpr std::size_t kMaxKeyTail = 128;
constexpr double kAlmostDone = 0.95;

/// `bfl_…`, or the UUIDs of early accounts.
bool isWellFormedKey(std::string_view key) {
    if (Uuid::parse(key)) return true;
    if (!key.starts_with("bfl_")) return false;
    key.remove_prefix(4);
    return key.size() >= kMinKeyTail && key.size() <= kMaxKeyTail &&
           std::ranges::all_of(
               key, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
}

Reply violations(const std::vector<contract::Violation>& all) {
    bj::array detail;
    for (const auto& violation : all) detail.push_back(violation.toJson());
    return detailReply(kUnprocessable, std::move(detail));
}

Reply invalidJson(const std::string& problem) {
    return violations(
        {{"json_invalid", {"body", 0}, "JSON decode error", bj::object{}, {{"error", problem}}}});
}

Reply notAnObject(const bj::value& body) {
    if (body.is_null()) return violations({{"missing", {"body"}, "Field required", nullptr, {}}});
    return violations({{"model_attributes_type",
                        {"body"},
                        "Input should be a valid dictionary or object to extract fields from",
                        body,
                        {}}});
}

/// As FastAPI does: other content types are plain text, an empty body is null.
std::expected<bj::value, json::DecodeError> readBody(const Request& request) {
    if (request.body == nullptr || request.body->empty()) return bj::value{};
    if (!request.content_type.empty() && !request.content_type.contains("json"))
        return bj::value(*request.body);
    return json::parse(*request.body);
}

bj::object pollBody(const std::string& id, std::string_view status) {
    return {{"id", id},           {"status", status},  {"result", nullptr}, {"progress", nullptr},
            {"details", nullptr}, {"preview", nullptr}};
}

Reply taskNotFound(const std::string& id) {
    return jsonReply(404, pollBody(id, "Task not found"));
}

double progressOf(const EmulatedTask& task, Instant now) {
    const auto whole =
        std::max<double>(static_cast<double>((task.due - task.submitted).count()), 1);
    const auto part = static_cast<double>((now - task.submitted).count()) / whole;
    return std::round(std::clamp(part, 0.0, kAlmostDone) * 100) / 100;
}

}  // namespace

std::optional<Reply> ProviderApi::refuseKey(const Request& request) const {
    if (request.key.empty()) return detailReply(403, "Not authenticated");
    if (!isWellFormedKey(request.key)) return detailReply(kUnprocessable, "Invalid API key format");
    if (!key_.empty() && request.key != key_) return detailReply(403, "Not authenticated");
    return std::nullopt;
}

std::int64_t ProviderApi::nextSeed() {
    // SplitMix64, cut to the 32 bits that captures show.
    std::uint64_t mixed = seed_.fetch_add(0x9E3779B97F4A7C15) + 0x9E3779B97F4A7C15;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return (mixed ^ (mixed >> 31)) & 0xFFFF'FFFF;
}

Reply ProviderApi::answer(const Request& request) {
    if (!DeliveryLinks::blobOf(request.path).empty()) return deliver(request);
    const auto* endpoint = Contract::bfl().find(request.path);
    Reply reply;
    if (endpoint == nullptr || endpoint->status == contract::Status::Removed) {
        reply = detailReply(404, "Not Found");
    } else if (request.method != endpoint->method) {
        reply = detailReply(405, "Method Not Allowed");
        reply.headers.emplace_back("allow", endpoint->method);
    } else {
        reply = route(request, *endpoint);
    }
    if (reply.status >= 400) state_.tasks.countRejected(reply.status);
    return reply;
}

Reply ProviderApi::route(const Request& request, const Endpoint& endpoint) {
    if (endpoint.path == "/v1/get_result") return getResult(request);
    if (endpoint.method == "GET") {
        if (auto refused = refuseKey(request)) return std::move(*refused);
        bj::object query;
        for (const auto& [name, value] : request.query) query.emplace(name, value);
        if (const auto wrong = contract::check(endpoint, query); !wrong.empty())
            return violations(wrong);
        return service(request, endpoint, query);
    }
    auto body = readBody(request);
    if (!body) return invalidJson(body.error().message);
    if (auto refused = refuseKey(request)) return std::move(*refused);
    const auto* fields = body->if_object();
    if (fields == nullptr) return notAnObject(*body);
    const bool submits = endpoint.kind != Kind::Service;
    auto strict = endpoint;
    strict.strict = strict.strict || state_.settings.get().strict;
    Reply reply;
    if (const auto wrong = contract::check(strict, *fields); !wrong.empty())
        reply = violations(wrong);
    else
        reply = submits ? submit(request, endpoint, *fields) : service(request, endpoint, *fields);
    if (submits)
        state_.requests.add(request, endpoint, *body, reply.status, taskIdOf(reply), clock_.now());
    return reply;
}

Reply ProviderApi::service(const Request& /*request*/, const Endpoint& endpoint,
                           const bj::object& fields) {
    if (endpoint.path == "/v1/credits")
        return jsonReply(200, {{"credits", state_.settings.get().credits}});
    if (endpoint.path == "/v1/my_finetunes")
        return jsonReply(200, {{"finetunes", bj::array{"atelier-emulated"}}});
    const auto& id = fields.at("finetune_id");
    if (endpoint.path == "/v1/finetune_details") {
        const bj::object details{
            {"finetune_id", id}, {"finetune_comment", "emulated"}, {"status", "Ready"}};
        return jsonReply(200, {{"finetune_details", details}});
    }
    return jsonReply(200, {{"status", "success"},
                           {"message", "Finetune deleted"},
                           {"deleted_finetune_id", id},
                           {"timestamp", toRfc3339(clock_.now())}});
}

Reply ProviderApi::getResult(const Request& request) {
    const auto given = request.query.find("id");
    if (given == request.query.end())
        return violations({{"missing", {"query", "id"}, "Field required", nullptr, {}}});
    const auto& id = given->second;
    const auto task = state_.tasks.poll(id);
    if (!task) return taskNotFound(id);
    const bool ready = task->ended && task->ending == Ending::Ready;
    const auto fault = state_.faults.takeForPoll({.method = request.method,
                                                  .path = request.path,
                                                  .text = task->prompt,
                                                  .endpoint = task->endpoint->path},
                                                 ready);
    if (fault && fault->fault == FaultKind::LoseTask) return taskNotFound(id);
    if (fault && fault->fault == FaultKind::UnknownStatus)
        return jsonReply(200, pollBody(id, fault->status_text));
    if (!task->ended) {
        auto body = pollBody(id, "Pending");
        body["progress"] = progressOf(*task, clock_.now());
        return jsonReply(200, std::move(body));
    }
    auto body = pollBody(id, statusText(task->ending));
    if (ready) {
        const bool expired = fault && fault->fault == FaultKind::ExpireDelivery;
        const auto lifetime = expired ? Seconds{-60} : Contract::bfl().deliveryLifetime();
        body["result"] = resultOf(*task, state_.links, clock_.now() + lifetime);
    } else if (!task->reasons.empty()) {
        const auto* key = task->ending == Ending::Error ? "error" : "Moderation Reasons";
        body["details"] = bj::object{{key, bj::array(task->reasons.begin(), task->reasons.end())}};
    }
    return jsonReply(200, std::move(body));
}

Reply ProviderApi::deliver(const Request& request) {
    if (request.method != "GET" && request.method != "HEAD")
        return storageError(405, "UnsupportedHttpVerb",
                            "The resource doesn't support specified Http Verb.");
    switch (state_.links.verify(request.path, request.query, clock_.now())) {
        case DeliveryLinks::Verdict::Good:
            break;
        case DeliveryLinks::Verdict::Expired:
            return storageError(403, "AuthenticationFailed",
                                "Signature not valid in the specified time frame.");
        case DeliveryLinks::Verdict::Forged:
            return storageError(
                403, "AuthenticationFailed",
                "Server failed to authenticate the request. Signature did not match.");
    }
    auto picture = state_.tasks.picture(DeliveryLinks::blobOf(request.path));
    if (!picture) return storageError(404, "BlobNotFound", "The specified blob does not exist.");
    state_.tasks.countDownload();
    Reply reply;
    reply.content_type = picture->content_type;
    reply.headers.emplace_back("x-ms-blob-type", "BlockBlob");
    reply.body = picture->bytes;
    return reply;
}

Reply ProviderApi::submit(const Request& request, const Endpoint& endpoint,
                          const bj::object& body) {
    const auto settings = state_.settings.get();
    auto fields = contract::coerce(endpoint, body);
    auto inputs = readImages(endpoint, fields, settings.strict);
    if (!inputs.violations.empty()) return violations(inputs.violations);
    if (auto wrong = checkCanvas(endpoint, fields, inputs); !wrong.empty())
        return violations(wrong);
    auto submission = prepare(endpoint, std::move(fields), std::move(inputs), nextSeed());
    auto& task = submission.task;
    task.origin = request.origin;
    task.submitted = clock_.now();
    task.due = task.submitted + Millis{settings.latency_ms};
    task.id = Uuid::v7(task.submitted).str();
    applyFaults(
        task,
        state_.faults.takeForTask(
            {.method = request.method, .path = request.path, .text = task.prompt, .endpoint = {}}));
    const double cost = submission.cost.value_or(0);
    if (!state_.settings.spend(cost))
        return detailReply(402, "Insufficient credits. Please add credits to continue.");
    if (state_.tasks.add(task, settings.max_active)) {
        state_.settings.spend(-cost);
        return detailReply(429, "Too many active tasks. Please wait for a task to finish.");
    }
    auto reply = jsonReply(200, submitReply(submission, settings.polling_url_with_webhook));
    runner_.start(std::move(task), std::move(submission.order), std::move(submission.urls));
    return reply;
}

}  // namespace atelier::emulator
