#include "http/document.h"

#include <array>
#include <set>

#include <boost/json.hpp>

#include "http/references.h"

namespace atelier::http {
namespace {

namespace bj = boost::json;

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kMethods{
    {{"get", "GET"}, {"post", "POST"}, {"put", "PUT"}, {"patch", "PATCH"}, {"delete", "DELETE"}}};

/// Reads with `at`, which throws where the document is not what it must be; `parse` catches.
std::string_view text(const bj::value& in) {
    return in.as_string();
}

bool flag(const bj::object& in, std::string_view name) {
    const auto* found = in.if_contains(name);
    return found != nullptr && found->is_bool() && found->get_bool();
}

std::string lower(std::string_view name) {
    std::string out{name};
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

std::shared_ptr<const Schema> compile(const bj::value& source) {
    auto schema = Schema::compile(source);
    if (!schema) throw std::runtime_error{schema.error().detail};
    return std::move(*schema);
}

Parameter::Type typeOf(const bj::object& schema) {
    const auto* type = schema.if_contains("type");
    const auto name = type != nullptr && type->is_string() ? text(*type) : "string";
    if (name == "integer") return Parameter::Type::Whole;
    if (name == "number") return Parameter::Type::Real;
    if (name == "boolean") return Parameter::Type::Flag;
    return Parameter::Type::Text;
}

Parameter parameterFrom(const bj::object& source) {
    using Place = Parameter::Place;
    const auto in = text(source.at("in"));
    const auto& schema = source.at("schema").as_object();
    Parameter out;
    out.place = in == "path" ? Place::Path : in == "header" ? Place::Header : Place::Query;
    out.name = out.place == Place::Header ? lower(text(source.at("name")))
                                          : std::string{text(source.at("name"))};
    out.type = typeOf(schema);
    out.required = flag(source, "required");
    out.schema = compile(source.at("schema"));
    if (const auto* fallback = schema.if_contains("default")) out.fallback = *fallback;
    return out;
}

void readBody(Operation& out, const bj::object& body) {
    out.body_required = flag(body, "required");
    for (const auto& [type, content] : body.at("content").as_object())
        out.bodies.emplace(type, compile(content.at("schema")));
}

void readAnswers(Operation& out, const bj::object& responses) {
    std::set<std::string> types;
    for (const auto& [status, response] : responses) {
        if (!status.starts_with('2')) continue;
        const auto* content = response.as_object().if_contains("content");
        if (content == nullptr) continue;
        for (const auto& [type, ignored] : content->as_object()) types.emplace(type);
    }
    out.produces.assign(types.begin(), types.end());
}

Access accessFrom(const bj::object& operation) {
    const auto* security = operation.if_contains("security");
    if (security != nullptr && security->as_array().empty()) return Access::Anyone;
    const auto* role = operation.if_contains("x-role");
    if (role == nullptr) return Access::User;
    if (text(*role) == "admin") return Access::Admin;
    if (text(*role) == "metrics") return Access::Metrics;
    throw std::runtime_error{"unknown x-role"};
}

Operation operationFrom(std::string_view path, std::string_view method, const bj::object& shared,
                        const bj::object& source) {
    Operation out;
    out.id = text(source.at("operationId"));
    out.method = method;
    out.path = path;
    out.access = accessFrom(source);
    const auto* scope = source.if_contains("x-scope");
    if (scope != nullptr && text(*scope) != "read") throw std::runtime_error{"unknown x-scope"};
    out.only_reads = scope != nullptr || method == "GET";
    const auto* limit = source.if_contains("x-max-body");
    out.uploads = limit != nullptr && text(*limit) == "upload";
    const auto* rate = source.if_contains("x-rate");
    if (rate != nullptr && text(*rate) != "uploads") throw std::runtime_error{"unknown x-rate"};
    out.counts_as_upload = rate != nullptr;
    for (const auto* owner : {&shared, &source}) {
        const auto* parameters = owner->if_contains("parameters");
        if (parameters == nullptr) continue;
        for (const auto& parameter : parameters->as_array())
            out.parameters.push_back(parameterFrom(parameter.as_object()));
    }
    if (const auto* body = source.if_contains("requestBody")) readBody(out, body->as_object());
    readAnswers(out, source.at("responses").as_object());
    return out;
}

}  // namespace

Result<Document> Document::parse(std::string_view json) {
    boost::system::error_code code;
    const auto value = bj::parse(json, code);
    if (code) return failure(ErrorCode::Internal, "OpenAPI document: " + code.message());
    return read(value);
}

Result<Document> Document::read(const bj::value& document) {
    Document out;
    out.json_ = bj::serialize(document);
    std::string place = "the document";
    try {
        for (const auto& [path, unresolved] : document.at("paths").as_object()) {
            place = path;
            const auto item = withoutReferences(document, unresolved);
            if (!item) throw std::runtime_error{item.error().detail};
            const auto& shared = item->as_object();
            for (const auto& [key, method] : kMethods) {
                if (const auto* operation = shared.if_contains(key))
                    out.operations_.push_back(
                        operationFrom(path, method, shared, operation->as_object()));
            }
        }
    } catch (const std::exception& e) {
        return failure(ErrorCode::Internal, "OpenAPI document, at " + place + ": " + e.what());
    }
    return out;
}

}  // namespace atelier::http
