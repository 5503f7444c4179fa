#include <fmt/format.h>
#include <boost/json.hpp>

#include "telemetry/log.h"
#include "telemetry/scrub.h"

namespace atelier::log {
namespace {

void appendText(std::string& line, std::string_view text) {
    line += boost::json::serialize(boost::json::string_view{text.data(), text.size()});
}

struct AppendValue {
    std::string& line;
    void operator()(std::int64_t number) const { line += std::to_string(number); }
    void operator()(double number) const {
        line += boost::json::serialize(boost::json::value(number));
    }
    void operator()(bool flag) const { line += flag ? "true" : "false"; }
    void operator()(const std::string& text) const { appendText(line, scrub(text)); }
};

}  // namespace

std::string format(Instant at, LogLevel level, std::string_view message, Fields fields) {
    auto line = fmt::format(R"({{"ts":"{}","level":"{}","msg":)", toRfc3339(at), nameOf(level));
    line.reserve(256);
    appendText(line, scrub(message));
    for (const auto& field : fields) {
        if (field.key.empty()) continue;
        line += ',';
        appendText(line, field.key);
        line += ':';
        if (isSensitiveKey(field.key))
            line += R"("[redacted]")";
        else
            std::visit(AppendValue{line}, field.value);
    }
    line += '}';
    return line;
}

}  // namespace atelier::log
