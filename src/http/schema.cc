#include "http/schema.h"

#include <algorithm>
#include <set>

#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "http/schema_words.h"

namespace atelier::http {
namespace {

using Adapter = valijson::adapters::BoostJsonAdapter;

constexpr std::size_t kMostErrors = 20;

valijson::Validator& validatorOfThisThread() {
    thread_local valijson::Validator validator;  // caches compiled patterns, without a lock
    return validator;
}

/// valijson's `<root>`, `[name]`, `[0]` → names and indexes.
Path pathOf(const std::vector<std::string>& context) {
    Path path;
    for (std::size_t i = 1; i < context.size(); ++i)
        path.push_back(context[i].substr(1, context[i].size() - 2));
    return path;
}

/// `schema` without `format`, which valijson 1.0 applies to values of any type and throws
/// when they are no strings. Formats are annotations (JSON Schema draft 7 §7.1); what they
/// promise is checked by whoever takes the value.
boost::json::value withoutFormat(boost::json::value schema) {
    if (auto* items = schema.if_array()) {
        for (auto& item : *items) item = withoutFormat(std::move(item));
    } else if (auto* fields = schema.if_object()) {
        if (const auto* format = fields->if_contains("format");
            format != nullptr && format->is_string())
            fields->erase("format");
        for (auto& field : *fields) field.value() = withoutFormat(std::move(field.value()));
    }
    return schema;
}

bool isAbove(const Path& upper, const Path& lower) {
    return upper.size() < lower.size() && std::equal(upper.begin(), upper.end(), lower.begin());
}

bool hasNul(const boost::json::value& value) {
    if (const auto* text = value.if_string()) return text->find('\0') != std::string::npos;
    if (const auto* items = value.if_array()) return std::ranges::any_of(*items, hasNul);
    const auto* fields = value.if_object();
    return fields != nullptr && std::ranges::any_of(*fields, [](const auto& field) {
               return field.key().contains('\0') || hasNul(field.value());
           });
}

boost::json::value withoutNuls(boost::json::value value) {
    if (auto* text = value.if_string()) {
        for (auto at = text->find('\0'); at != std::string::npos; at = text->find('\0', at))
            text->replace(at, 1, "\xEF\xBF\xBD");  // U+FFFD: one character for another
    } else if (auto* items = value.if_array()) {
        for (auto& item : *items) item = withoutNuls(std::move(item));
    } else if (auto* fields = value.if_object()) {
        for (auto& field : *fields) field.value() = withoutNuls(std::move(field.value()));
    }
    return value;
}

/// valijson 1.0 measures a text up to its first NUL only.
bool fits(const valijson::Schema& schema, const boost::json::value& source,
          const boost::json::value& value, valijson::ValidationResults* results) {
    if (!hasNul(value)) return validatorOfThisThread().validate(schema, Adapter{value}, results);
    const auto measurable = withoutNuls(value);
    return validatorOfThisThread().validate(schema, Adapter{measurable}, results) &&
           longNames(source, value).empty();
}

}  // namespace

struct Schema::Compiled {
    valijson::Schema schema;
};

Schema::Schema(boost::json::value source, std::unique_ptr<Compiled> compiled)
    // Parentheses: braces would make an array of it.
    : source_(std::move(source)), compiled_{std::move(compiled)} {}
Schema::~Schema() = default;

Result<std::shared_ptr<const Schema>> Schema::compile(boost::json::value source) {
    auto compiled = std::make_unique<Compiled>();
    try {
        valijson::SchemaParser parser;
        const auto checked = withoutFormat(source);
        parser.populateSchema(Adapter{checked}, compiled->schema);
    } catch (const std::exception& e) {
        return failure(ErrorCode::Internal, std::string{"not a JSON schema: "} + e.what());
    }
    return std::shared_ptr<const Schema>{new Schema{std::move(source), std::move(compiled)}};
}

bool Schema::accepts(const boost::json::value& value) const {
    return fits(compiled_->schema, source_, value, nullptr);
}

std::vector<FieldError> Schema::explain(const boost::json::value& value,
                                        const std::string& at) const {
    valijson::ValidationResults results;
    fits(compiled_->schema, source_, value, &results);
    // valijson does not say where a name is too long.
    const auto long_names = longNames(source_, value);
    std::set<Path> failed{long_names.begin(), long_names.end()};
    for (const auto& error : results) failed.insert(pathOf(error.context));

    std::vector<FieldError> errors;
    for (const auto& path : failed) {
        const bool leaf =
            std::ranges::none_of(failed, [&](const Path& other) { return isAbove(path, other); });
        for (auto& error : faultsAt(source_, value, path, leaf)) {
            error.pointer.insert(0, at);
            if (errors.size() < kMostErrors) errors.push_back(std::move(error));
        }
    }
    if (errors.empty()) errors.push_back({at, "does not have the expected form"});
    return errors;
}

}  // namespace atelier::http
