#include "emulator/doors.h"

#include <charconv>

#include "util/json.h"

namespace atelier::emulator {

namespace {

constexpr std::size_t kDefaultLimit = 20;

Reply methodNotAllowed(const std::string& allow) {
    auto reply = detailReply(405, "Method Not Allowed");
    reply.headers.emplace_back("allow", allow);
    return reply;
}

std::string bodyOf(const Request& request) {
    return request.body == nullptr ? std::string{} : *request.body;
}

}  // namespace

Reply Doors::answer(const Request& request) {
    const auto name = request.path.substr(std::string_view{"/_emulator/"}.size());
    if (name == "faults") return faults(request);
    if (name == "settings") return settings(request);
    if (name == "requests") return requests(request);
    if (name == "stats") {
        if (request.method != "GET") return methodNotAllowed("GET");
        return jsonReply(200, state_.tasks.stats(request.query.contains("tasks")));
    }
    return detailReply(404, "Not Found");
}

Reply Doors::faults(const Request& request) {
    if (request.method == "DELETE") {
        state_.faults.clear();
    } else if (request.method == "POST") {
        const auto body = json::parse(bodyOf(request));
        if (!body) return detailReply(kUnprocessable, body.error().message);
        if (const auto added = state_.faults.add(*body); !added)
            return detailReply(kUnprocessable, added.error().detail);
    } else if (request.method != "GET") {
        return methodNotAllowed("GET, POST, DELETE");
    }
    return jsonReply(200, state_.faults.list());
}

Reply Doors::settings(const Request& request) {
    auto settings = state_.settings.get();
    if (request.method == "POST") {
        const auto body = json::parse(bodyOf(request));
        if (!body) return detailReply(kUnprocessable, body.error().message);
        if (const auto done = json::decode(*body, settings); !done)
            return detailReply(kUnprocessable, done.error().pointer + ": " + done.error().message);
        state_.settings.set(settings);
    } else if (request.method != "GET") {
        return methodNotAllowed("GET, POST");
    }
    return jsonReply(200, json::encode(settings));
}

Reply Doors::requests(const Request& request) {
    if (request.method != "GET") return methodNotAllowed("GET");
    std::size_t limit = kDefaultLimit;
    if (const auto given = request.query.find("limit"); given != request.query.end()) {
        const auto& text = given->second;
        const auto* end = text.data() + text.size();
        if (std::from_chars(text.data(), end, limit).ptr != end)
            return detailReply(kUnprocessable, "limit: expected a whole number");
    }
    return jsonReply(200, {{"items", state_.requests.newest(limit)}});
}

}  // namespace atelier::emulator
