#include "emulator/submission.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "emulator/paint/sizes.h"
#include "util/encoding.h"
#include "util/json.h"

namespace atelier::emulator {

namespace bj = boost::json;
using contract::Endpoint;
using contract::Kind;

namespace {

constexpr std::size_t kBlobBytes = 16;

std::vector<paint::Size> sizesOf(const InputImages& inputs) {
    std::vector<paint::Size> out;
    for (const auto& image : inputs.images)
        if (image.field != "mask" && image.url.empty()) out.push_back(image.size);
    return out;
}

/// Two decimals, as replies show them.
double rounded(double megapixels) {
    return std::round(megapixels * 100) / 100;
}

contract::Violation canvasError(const std::string& problem, const bj::object& fields) {
    return {"value_error",
            {"body"},
            "Value error, " + problem,
            bj::value(fields.at("width")),
            {{"error", bj::object{}}}};
}

/// Beyond 64 bits, where the contract sets no limit either, only the lower ones count.
std::optional<std::int64_t> wantedSeed(const bj::object& fields) {
    const auto* seed = fields.if_contains("seed");
    if (seed == nullptr || !seed->is_number()) return std::nullopt;
    if (seed->is_double()) return static_cast<std::int64_t>(std::fmod(seed->get_double(), 0x1p62));
    return seed->is_int64() ? seed->get_int64() : static_cast<std::int64_t>(seed->get_uint64());
}

bool isOff(const bj::object& fields, std::string_view name) {
    const auto* value = fields.if_contains(name);
    return value == nullptr || !value->is_bool() || !value->get_bool();
}

}  // namespace

std::vector<contract::Violation> checkCanvas(const Endpoint& endpoint, const bj::object& fields,
                                             const InputImages& inputs) {
    if (endpoint.kind != Kind::Outpaint) return {};
    const auto output = paint::outputSize(endpoint, fields, sizesOf(inputs));
    if (output.megapixels() > endpoint.image_limits.max_output_mp)
        return {canvasError("width * height must be at most 4 megapixels", fields)};
    const auto sizes = sizesOf(inputs);
    const bool overflows =
        !sizes.empty() && (sizes[0].width > output.width || sizes[0].height > output.height);
    if (overflows && isOff(fields, "auto_crop"))
        return {canvasError("Input image does not fit into the canvas; set auto_crop", fields)};
    return {};
}

Submission prepare(const Endpoint& endpoint, bj::object fields, InputImages inputs,
                   std::int64_t seed) {
    Submission out;
    const auto sizes = sizesOf(inputs);
    out.order.endpoint = &endpoint;
    out.order.output = paint::outputSize(endpoint, fields, sizes);
    out.output_mp = rounded(out.order.output.megapixels());
    for (const auto& size : sizes) out.input_mp += size.megapixels();
    out.input_mp = rounded(out.input_mp);
    for (auto& image : inputs.images) {
        fields.erase(image.field);
        if (image.url.empty())
            out.order.images.push_back({image.field, std::move(image.bytes)});
        else
            out.urls.push_back(std::move(image));
    }
    out.order.fields = std::move(fields);
    out.order.seed = wantedSeed(out.order.fields).value_or(seed);
    out.cost =
        contract::costOf(endpoint, out.input_mp, out.output_mp, out.order.text("resolution"));
    out.task.endpoint = &endpoint;
    out.task.prompt = out.order.text("prompt");
    out.task.seed = out.order.seed;
    out.task.webhook_url = out.order.text("webhook_url");
    out.task.webhook_secret = out.order.text("webhook_secret");
    out.task.blob = toHex(randomBytes(kBlobBytes));
    out.task.content_type = "image/" + out.order.format();
    return out;
}

void applyFaults(EmulatedTask& task, const std::vector<Fault>& faults) {
    for (const auto& fault : faults) {
        if (fault.fault == FaultKind::ModerateInput) task.ending = Ending::RequestModerated;
        if (fault.fault == FaultKind::ModerateOutput) task.ending = Ending::ContentModerated;
        if (fault.fault == FaultKind::Error) task.ending = Ending::Error;
        if (fault.fault == FaultKind::DropWebhook) task.webhook_copies = 0;
        if (fault.fault == FaultKind::DuplicateWebhook) task.webhook_copies = 2;
        if (fault.fault == FaultKind::LateWebhook) task.webhook_delay = Millis{fault.latency_ms};
        if (task.ending != Ending::Ready) task.reasons = fault.reasons;
    }
}

bj::object submitReply(const Submission& submission, bool polling_url_with_webhook) {
    const auto& task = submission.task;
    const bool webhook = !task.webhook_url.empty();
    bj::object out{{"id", task.id}};
    if (webhook) {
        out.emplace("status", "Pending");
        out.emplace("webhook_url", task.webhook_url);
    }
    if (!webhook || polling_url_with_webhook)
        out.emplace("polling_url", fmt::format("{}/v1/get_result?id={}", task.origin, task.id));
    out.emplace("cost", submission.cost ? bj::value(*submission.cost) : bj::value{});
    out.emplace("input_mp", submission.input_mp);
    out.emplace("output_mp", submission.output_mp);
    return out;
}

std::string taskIdOf(const Reply& reply) {
    if (reply.status != 200) return {};
    const auto body = json::parse(*reply.body);
    if (!body || !body->is_object()) return {};
    const auto* id = body->get_object().if_contains("id");
    return id == nullptr || !id->is_string() ? std::string{} : std::string{id->get_string()};
}

}  // namespace atelier::emulator
