#include "emulator/emulator.h"

#include <boost/json/serialize.hpp>

#include "emulator/doors.h"
#include "emulator/http_adapter.h"
#include "emulator/provider_api.h"
#include "util/encoding.h"
#include "util/worker_pool.h"

namespace atelier::emulator {

namespace {

constexpr std::size_t kSubmitThreads = 2;
constexpr std::size_t kMaxWaitingSubmits = 20'000;
constexpr std::size_t kLinkKeyBytes = 32;
constexpr std::size_t kMaxBodyBytes = 128u
                                      << 20;  // eight pictures of 20 MB are not expected at once

Bytes bodyOf(const Fault& fault) {
    if (fault.body_base64) return fromBase64(*fault.body_base64).value_or(Bytes{});
    return fault.body.value_or(R"({"detail":"Emulated fault"})");
}

Reply replyOf(const Fault& fault) {
    Reply reply;
    reply.status = fault.status;
    reply.content_type = fault.content_type;
    for (const auto& [name, value] : fault.headers)
        reply.headers.emplace_back(name, value.is_string() ? std::string{value.get_string()}
                                                           : boost::json::serialize(value));
    reply.body = share(bodyOf(fault));
    return reply;
}

/// The fault comes instead of the request's being processed.
bool isBefore(const Fault& fault) {
    return !fault.after && fault.fault != FaultKind::Latency && fault.fault != FaultKind::Truncate;
}

}  // namespace

class Emulator::Parts {
  public:
    Parts(EmulatorOptions options, Clock& clock, HttpClient& http)
        : state_{LiveSettings{options.settings},
                 TaskTable{options.max_picture_bytes, options.retention}, FaultList{},
                 RequestLog{options.remembered_requests},
                 DeliveryLinks{randomBytes(kLinkKeyBytes)}},
          clock_{clock},
          runner_{clock, http, state_.tasks, state_.links, state_.settings},
          api_{state_, runner_, clock, options.key, options.seed},
          doors_{state_},
          submits_{"emulator-submit", kSubmitThreads, kMaxWaitingSubmits} {}

    Task<net::HttpResponsePtr> handle(net::HttpRequestPtr request) {
        const auto wanted = readRequest(request);
        if (Doors::isDoor(wanted.path)) co_return toResponse(doors_.answer(wanted));
        const auto fault = faultFor(wanted);
        if (fault && isBefore(*fault)) co_return breakOff(request, *fault);
        const auto reply = co_await process(wanted);
        if (!fault) co_return toResponse(reply);
        if (fault->fault == FaultKind::Latency) {
            const Millis delay{fault->latency_ms};
            const auto stop = stop_.get_token();
            const bool elapsed = co_await clock_.sleep(delay, stop);
            static_cast<void>(elapsed);
            co_return toResponse(reply);
        }
        if (fault->fault == FaultKind::Truncate) {
            sendTruncated(request, reply, fault->bytes);
            co_return nullptr;
        }
        co_return breakOff(request, *fault);
    }

    void stop() { stop_.request_stop(); }

  private:
    std::optional<Fault> faultFor(const Request& request) {
        if (state_.faults.empty()) return std::nullopt;
        const auto id = request.query.find("id");
        const auto prompt =
            state_.tasks.promptOf(id == request.query.end() ? std::string{} : id->second,
                                  DeliveryLinks::blobOf(request.path));
        const bool submits = request.method == "POST" && request.body;
        return state_.faults.takeForAnswer({.method = request.method,
                                            .path = request.path,
                                            .text = submits ? *request.body : prompt,
                                            .endpoint = {}});
    }

    /// Bodies are read on a worker; polls and downloads are quick.
    Task<Reply> process(Request request) {
        if (request.method != "POST") co_return api_.answer(request);
        const auto work = [this, request] { return api_.answer(request); };
        auto done = co_await submits_.run(work);
        if (!done) co_return detailReply(503, "Service overloaded, please try again later");
        co_return std::move(*done);
    }

    net::HttpResponsePtr breakOff(const net::HttpRequestPtr& request, const Fault& fault) {
        if (fault.fault == FaultKind::Status) {
            state_.tasks.countRejected(fault.status);
            return toResponse(replyOf(fault));
        }
        if (fault.fault == FaultKind::Reset) net::resetConnection(request);
        return nullptr;
    }

    State state_;
    Clock& clock_;
    std::stop_source stop_;
    TaskRunner runner_;
    ProviderApi api_;
    Doors doors_;
    WorkerPool submits_;
};

Emulator::Emulator(EmulatorOptions options, Clock& clock, HttpClient& http)
    : parts_{std::make_unique<Parts>(std::move(options), clock, http)} {}

Emulator::~Emulator() {
    parts_->stop();
}

net::Site Emulator::site(std::string host, std::uint16_t port) {
    net::Site site;
    site.name = "emulator";
    site.host = std::move(host);
    site.port = port;
    site.max_body_bytes = kMaxBodyBytes;
    site.handler = [parts = parts_.get()](net::HttpRequestPtr request) {
        return parts->handle(std::move(request));
    };
    return site;
}

}  // namespace atelier::emulator
