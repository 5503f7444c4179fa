#include "http/llms_text.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "domain/error.h"

namespace atelier::http {
namespace {

namespace bj = boost::json;

/// Empty when there is no such text.
std::string_view text(const bj::object& in, std::string_view name) {
    const auto* found = in.if_contains(name);
    return found != nullptr && found->is_string() ? std::string_view{found->get_string()}
                                                  : std::string_view{};
}

const bj::object& object(const bj::object& in, std::string_view name) {
    static const bj::object kNone;
    const auto* found = in.if_contains(name);
    return found != nullptr && found->is_object() ? found->get_object() : kNone;
}

/// ` Body: {"prompt":"…"}`, from the example of the document.
std::string exampleOf(const bj::object& operation) {
    const auto& content = object(object(operation, "requestBody"), "content");
    const auto& media = object(content, "application/json");
    if (const auto* one = media.if_contains("example"))
        return " Body: `" + bj::serialize(*one) + "`";
    for (const auto& named : object(media, "examples")) {
        if (const auto* value = named.value().get_object().if_contains("value"))
            return " Body: `" + bj::serialize(*value) + "`";
    }
    return {};
}

std::string operations(const bj::object& paths) {
    std::string out;
    for (const auto& path : paths) {
        for (const auto& method : path.value().get_object()) {
            const auto* operation = method.value().if_object();
            if (operation == nullptr || text(*operation, "operationId").empty()) continue;
            std::string name{method.key()};
            for (auto& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            out += fmt::format("- `{} {}`: {}.{}{}\n", name, std::string_view{path.key()},
                               text(*operation, "summary"),
                               text(*operation, "x-role").empty() ? "" : " Administrators only.",
                               exampleOf(*operation));
        }
    }
    return out;
}

std::string errors() {
    std::string out;
    for (const auto& info : errorCatalogue())
        out += fmt::format("- `{}`: {}. {}{}\n", info.name, info.title, info.fix,
                           info.retryable ? " Worth a retry." : "");
    return out;
}

}  // namespace

std::string llmsText(std::string_view json) {
    const auto document = bj::parse(bj::string_view{json.data(), json.size()}).as_object();
    const auto& info = object(document, "info");
    return fmt::format(
        "# {}\n\n> {}\n\n{}\n\n## Reference\n\n- [OpenAPI document](/openapi.json): every field, "
        "limit and "
        "answer\n- [Reference for people](/docs)\n- [Error codes](/docs/errors)\n\n## "
        "Operations\n\n{}\n## Error "
        "codes\n\n{}",
        text(info, "title"), text(info, "summary"), text(info, "description"),
        operations(object(document, "paths")), errors());
}

}  // namespace atelier::http
