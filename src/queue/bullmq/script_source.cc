#include "queue/bullmq/script_source.h"

#include <charconv>

namespace atelier::bullmq {
namespace {

constexpr std::string_view kContent = "const content = `";
constexpr std::string_view kName = "name: '";
constexpr std::string_view kKeys = "keys: ";

std::unexpected<Error> refuse(std::string_view why) {
    return failure(ErrorCode::Internal,
                   "a script of the bullmq package cannot be read: " + std::string{why});
}

/// What stands between `begin` and `end`; empty when there is no such thing.
std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
    const auto from = text.find(begin);
    if (from == std::string_view::npos) return {};
    const auto rest = text.substr(from + begin.size());
    return rest.substr(0, rest.find(end));
}

}  // namespace

Result<ScriptSource> readScript(std::string_view javascript) {
    const auto begin = javascript.find(kContent);
    const auto end = javascript.rfind('`');
    if (begin == std::string_view::npos || end < begin + kContent.size())
        return refuse("it holds no text");
    ScriptSource source;
    source.lua = javascript.substr(begin + kContent.size(), end - begin - kContent.size());
    if (source.lua.contains('\\') || source.lua.contains('`') || source.lua.contains("${"))
        return refuse("its text has escapes");
    const auto tail = javascript.substr(end);
    source.name = between(tail, kName, "'");
    const auto keys = between(tail, kKeys, ",");
    const auto [stop, wrong] =
        std::from_chars(keys.data(), keys.data() + keys.size(), source.arity);
    if (source.name.empty() || wrong != std::errc{} || source.arity <= 0)
        return refuse("it has no name or number of keys");
    return source;
}

}  // namespace atelier::bullmq
