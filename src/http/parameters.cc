#include "http/parameters.h"

#include <charconv>

#include <drogon/utils/Utilities.h>
#include <fmt/format.h>

#include "http/schema_words.h"
#include "http/validation.h"

namespace atelier::http {
namespace {

namespace bj = boost::json;

template <class Number>
bj::value numberOr(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) return number;
    return bj::value(text);  // stays text, which the schema refuses
}

bj::value typed(const Parameter& parameter, std::string_view text) {
    switch (parameter.type) {
        case Parameter::Type::Whole:
            return numberOr<std::int64_t>(text);
        case Parameter::Type::Real:
            return numberOr<double>(text);
        case Parameter::Type::Flag:
            if (text == "true") return true;
            if (text == "false") return false;
            return bj::value(text);
        case Parameter::Type::Text:
            return bj::value(text);
    }
    return bj::value(text);
}

const Parameter* find(const Operation& operation, Parameter::Place place, std::string_view name) {
    for (const auto& parameter : operation.parameters) {
        if (parameter.place == place && parameter.name == name) return &parameter;
    }
    return nullptr;
}

void take(Call& call, const Parameter& parameter, std::string_view text,
          std::vector<FieldError>& errors) {
    auto value = typed(parameter, text);
    if (!parameter.schema->accepts(value)) {
        errors.push_back({parameter.name, expectation(parameter.schema->source())});
    } else if (call.parameter(parameter.name) != nullptr) {
        errors.push_back({parameter.name, "is given twice"});
    } else {
        call.parameters.emplace_back(parameter.name, std::move(value));
    }
}

void takeQuery(Call& call, std::string_view rest, std::vector<FieldError>& errors) {
    while (!rest.empty()) {
        const auto end = rest.find('&');
        auto pair = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const auto name = drogon::utils::urlDecode(pair.substr(0, equals));
        const auto value = equals == std::string_view::npos
                               ? ""
                               : drogon::utils::urlDecode(pair.substr(equals + 1));
        if (const auto* parameter = find(*call.operation, Parameter::Place::Query, name)) {
            take(call, *parameter, value, errors);
        } else {
            errors.push_back({name.substr(0, 100), "is not a known query parameter"});
        }
    }
}

void takeHeaders(Call& call, std::vector<FieldError>& errors) {
    const auto& headers = call.request->headers();
    for (const auto& parameter : call.operation->parameters) {
        if (parameter.place != Parameter::Place::Header) continue;
        const auto header = headers.find(parameter.name);
        if (header != headers.end()) take(call, parameter, header->second, errors);
    }
}

void fillIn(Call& call, std::vector<FieldError>& errors) {
    for (const auto& parameter : call.operation->parameters) {
        if (call.parameter(parameter.name) != nullptr) continue;
        if (!parameter.fallback.is_null()) {
            call.parameters.emplace_back(parameter.name, parameter.fallback);
        } else if (parameter.required && errors.empty()) {
            errors.push_back({parameter.name, "is required"});
        }
    }
}

}  // namespace

Result<> readParameters(Call& call, std::string_view query) {
    if (call.operation->parameters.empty() && query.empty()) return {};
    std::vector<FieldError> errors;
    std::size_t next = 0;
    for (const auto& parameter : call.operation->parameters) {
        if (parameter.place != Parameter::Place::Path) continue;
        take(call, parameter, call.path_values.at(next++), errors);
        if (!errors.empty())
            return failure(ErrorCode::NotFound,
                           fmt::format("no such object: {} {}", parameter.name, errors[0].message));
    }
    takeQuery(call, query, errors);
    takeHeaders(call, errors);
    fillIn(call, errors);
    if (!errors.empty()) return failure(invalid(std::move(errors)));
    return {};
}

}  // namespace atelier::http
