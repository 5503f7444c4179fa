#include "emulator/request_log.h"

#include <algorithm>

#include "emulator/paint/canvas.h"
#include "util/encoding.h"

namespace atelier::emulator {

namespace {

namespace bj = boost::json;

bj::value summary(const bj::value& picture) {
    if (const auto* items = picture.if_array()) {
        bj::array out;
        for (const auto& item : *items) out.push_back(summary(item));
        return out;
    }
    const auto* text = picture.if_string();
    if (text == nullptr || text->starts_with("http")) return picture;
    const auto bytes = fromBase64(*text);
    if (!bytes) return "not base64";
    bj::object out{{"sha256", sha256Hex(*bytes)}, {"bytes", bytes->size()}};
    if (const auto size = paint::sizeOf(*bytes)) {
        out.emplace("width", size->width);
        out.emplace("height", size->height);
    }
    return out;
}

}  // namespace

void RequestLog::add(const Request& request, const contract::Endpoint& endpoint,
                     const bj::value& body, int status, const std::string& task, Instant at) {
    bj::object shown;
    if (const auto* fields = body.if_object()) {
        for (const auto& [name, value] : *fields) {
            const auto* parameter = endpoint.find(name);
            const bool picture = parameter != nullptr && parameter->image != contract::Image::None;
            shown.emplace(name, picture ? summary(value) : value);
        }
    }
    bj::object entry{{"at", toRfc3339(at)},
                     {"method", request.method},
                     {"path", request.path},
                     {"status", status}};
    if (!task.empty()) entry.emplace("taskId", task);
    entry.emplace("body", std::move(shown));
    const std::lock_guard lock{mutex_};
    entries_.push_front(std::move(entry));
    if (entries_.size() > capacity_) entries_.pop_back();
}

bj::array RequestLog::newest(std::size_t limit) const {
    const std::lock_guard lock{mutex_};
    const auto count = static_cast<std::ptrdiff_t>(std::min(limit, entries_.size()));
    return boost::json::array(entries_.begin(), entries_.begin() + count);
}

}  // namespace atelier::emulator
