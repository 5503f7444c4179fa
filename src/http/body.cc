#include "http/body.h"

#include <cmath>

#include <fmt/format.h>

#include "http/media.h"
#include "http/multipart.h"
#include "http/schema_words.h"
#include "http/text.h"
#include "http/validation.h"
#include "net/http_host.h"
#include "util/encoding.h"
#include "util/join.h"

namespace atelier::http {
namespace {

namespace bj = boost::json;

constexpr std::size_t kFormAround = 64u << 10;

std::unexpected<Error> unsupported(const Call& call, const std::string& type) {
    std::vector<std::string> accepted;
    for (const auto& [known, schema] : call.operation->bodies) accepted.push_back(known);
    return failure(
        ErrorCode::UnsupportedMediaType,
        fmt::format("{} is not accepted here; send {}",
                    type.empty() ? "a body without Content-Type" : type, join(accepted, " or ")));
}

/// `2.0` is a whole number to JSON Schema; valijson goes by how it was written.
void makeWhole(bj::value& value) {
    constexpr double kExact = 9007199254740992.0;
    if (const auto* number = value.if_double();
        number && std::abs(*number) <= kExact && std::floor(*number) == *number)
        value = static_cast<std::int64_t>(*number);
    if (auto* fields = value.if_object())
        for (auto& field : *fields) makeWhole(field.value());
    if (auto* items = value.if_array())
        for (auto& item : *items) makeWhole(item);
}

const bj::object* properties(const Schema& schema) {
    const auto* root = schema.source().if_object();
    const auto* found = root == nullptr ? nullptr : root->if_contains("properties");
    return found == nullptr ? nullptr : found->if_object();
}

std::string_view keyword(const bj::value& schema, std::string_view name) {
    const auto* fields = schema.if_object();
    const auto* found = fields == nullptr ? nullptr : fields->if_contains(name);
    return found != nullptr && found->is_string() ? std::string_view{found->get_string()}
                                                  : std::string_view{};
}

/// `data:image/png;base64,` is optional.
std::string_view withoutDataPrefix(std::string_view text) {
    const auto comma =
        text.starts_with("data:") ? text.substr(0, 200).find(',') : std::string_view::npos;
    return comma == std::string_view::npos ? text : text.substr(comma + 1);
}

Result<> addFile(Call& call, const std::string& name, Bytes bytes, const BodyLimits& limits) {
    if (bytes.size() > limits.upload)
        return failure(ErrorCode::UploadTooLarge, fmt::format("{} has {} bytes and may have {}",
                                                              name, bytes.size(), limits.upload));
    call.files.emplace(name, share(std::move(bytes)));
    return {};
}

Result<> decodeFiles(Call& call, const Schema& schema, const BodyLimits& limits) {
    const auto* known = properties(schema);
    auto* fields = call.body.if_object();
    if (known == nullptr || fields == nullptr) return {};
    for (const auto& [name, property] : *known) {
        if (keyword(property, "contentEncoding") != "base64") continue;
        auto* value = fields->if_contains(name);
        if (value == nullptr) continue;
        auto bytes = fromBase64(withoutDataPrefix(value->get_string()));
        if (!bytes || bytes->empty())
            return failure(
                invalid({{pointerStep(name), "must be base64, with padding and not empty"}}));
        if (auto added = addFile(call, name, std::move(*bytes), limits); !added) return added;
        *value = bj::string{};
    }
    return {};
}

Result<> readJson(Call& call, const Schema& schema, const BodyLimits& limits) {
    auto parsed = json::parse(*net::bodyOf(call.request));
    if (!parsed)
        return failure(ErrorCode::MalformedJson,
                       "the body is not valid JSON: " + parsed.error().message);
    call.body = std::move(*parsed);
    makeWhole(call.body);
    if (!schema.accepts(call.body)) return failure(invalid(schema.explain(call.body)));
    return decodeFiles(call, schema, limits);
}

/// A form's text as what its schema asks for: objects come as JSON in a part.
Result<bj::value> formValue(const bj::value* property, const Part& part) {
    const auto type = property == nullptr ? "" : keyword(*property, "type");
    if (!isUtf8(part.content)) return failure(invalid({{pointerStep(part.name), "must be UTF-8"}}));
    if (type == "string" || type.empty()) return bj::value(part.content);
    auto parsed = json::parse(part.content);
    if (!parsed) return failure(invalid({{pointerStep(part.name), "must be JSON in a text part"}}));
    return std::move(*parsed);
}

Result<> readForm(Call& call, const Schema& schema, const BodyLimits& limits) {
    const auto body = net::bodyOf(call.request);  // the parts are views of it
    const auto parts = parseMultipart(call.request->getHeader("content-type"), *body);
    if (!parts) return failure(parts.error());
    const auto* known = properties(schema);
    bj::object fields;
    for (const auto& part : *parts) {
        const auto* property = known == nullptr ? nullptr : known->if_contains(part.name);
        if (fields.contains(part.name))
            return failure(invalid({{pointerStep(part.name), "is given twice"}}));
        if (property != nullptr && !keyword(*property, "contentMediaType").empty()) {
            if (auto added = addFile(call, part.name, Bytes{part.content}, limits); !added)
                return added;
            fields.emplace(part.name, "");
            continue;
        }
        auto value = formValue(property, part);
        if (!value) return failure(std::move(value.error()));
        fields.emplace(part.name, std::move(*value));
    }
    call.body = std::move(fields);
    if (!schema.accepts(call.body)) return failure(invalid(schema.explain(call.body)));
    return {};
}

Result<> refuseCoding(const Call& call) {
    const auto coding = lowered(trimmed(call.request->getHeader("content-encoding")));
    if (coding.empty() || coding == "identity") return {};
    return failure(
        ErrorCode::UnsupportedMediaType,
        fmt::format("Content-Encoding {} is not accepted; send the body uncompressed", coding));
}

}  // namespace

std::size_t bodyLimit(const Operation& operation, const BodyLimits& limits) {
    return operation.uploads ? limits.upload / 3 * 4 + kFormAround : limits.json;
}

Result<> readBody(Call& call, const BodyLimits& limits) {
    const auto& operation = *call.operation;
    if (operation.bodies.empty()) return {};
    const auto size = net::bodyOf(call.request)->size();
    if (const auto limit = bodyLimit(operation, limits); size > limit)
        return failure(ErrorCode::UploadTooLarge,
                       fmt::format("the body has {} bytes and may have {}", size, limit));
    const auto type = mediaType(call.request->getHeader("content-type"));
    if (size == 0 && !operation.body_required) return {};
    if (size == 0 && type.empty()) return failure(ErrorCode::BadRequest, "a body is required");
    if (auto plain = refuseCoding(call); !plain) return plain;
    const auto schema = operation.bodies.find(type);
    if (schema == operation.bodies.end()) return unsupported(call, type);
    return type == "multipart/form-data" ? readForm(call, *schema->second, limits)
                                         : readJson(call, *schema->second, limits);
}

}  // namespace atelier::http
