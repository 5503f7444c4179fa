#include "http/schema_words.h"

#include <charconv>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "util/join.h"

namespace atelier::http {
namespace {

namespace bj = boost::json;

const bj::value* member(const bj::value& in, std::string_view name) {
    const auto* fields = in.if_object();
    return fields == nullptr ? nullptr : fields->if_contains(name);
}

std::string_view text(const bj::value& in, std::string_view name) {
    const auto* found = member(in, name);
    return found != nullptr && found->is_string() ? std::string_view{found->get_string()}
                                                  : std::string_view{};
}

std::string plain(const bj::value& value) {
    if (value.is_string()) return std::string{value.get_string()};
    return value.is_double() ? fmt::format("{}", value.get_double()) : bj::serialize(value);
}

std::vector<std::string> strings(const bj::value* list) {
    std::vector<std::string> out;
    if (list == nullptr || !list->is_array()) return out;
    for (const auto& item : list->get_array()) out.push_back(plain(item));
    return out;
}

/// ` from 1 to 4`, ` of at least 1`, ` of at most 4`, or nothing; `unit` is put behind.
std::string range(const bj::value& schema, std::string_view least_key, std::string_view most_key,
                  std::string_view unit) {
    const auto* least = member(schema, least_key);
    const auto* most = member(schema, most_key);
    if (least && most && *least == *most)
        return fmt::format(" of exactly {}{}", plain(*least), unit);
    if (least && most) return fmt::format(" from {} to {}{}", plain(*least), plain(*most), unit);
    if (least) return fmt::format(" of at least {}{}", plain(*least), unit);
    if (most) return fmt::format(" of at most {}{}", plain(*most), unit);
    return {};
}

std::string numberWords(const bj::value& schema, std::string_view noun) {
    auto words = fmt::format("must be a {}{}", noun, range(schema, "minimum", "maximum", ""));
    if (const auto* step = member(schema, "multipleOf"))
        words += fmt::format(", a multiple of {}", plain(*step));
    return words;
}

std::string stringWords(const bj::value& schema) {
    const auto format = text(schema, "format");
    if (format == "uuid") return "must be an id (a UUID of 36 characters)";
    const auto length = range(schema, "minLength", "maxLength", " characters");
    if (format == "email") return "must be an e-mail address" + length;
    const auto pattern = text(schema, "pattern");
    if (pattern == "\\S") return "must be text" + length + " that says something";
    if (!pattern.empty()) return fmt::format("must be text{} that matches {}", length, pattern);
    return "must be text" + length;
}

/// The alternatives of `oneOf: [{required: [a]}, {required: [b]}]`.
std::vector<std::string> alternatives(const bj::value& schema) {
    std::vector<std::string> names;
    const auto* choices = member(schema, "oneOf");
    if (choices == nullptr || !choices->is_array()) return names;
    for (const auto& choice : choices->get_array()) {
        const auto required = strings(member(choice, "required"));
        if (!required.empty()) names.push_back(join(required, " and "));
    }
    return names;
}

const bj::value* propertySchema(const bj::value& schema, std::string_view name) {
    const auto* properties = member(schema, "properties");
    const auto* known = properties == nullptr ? nullptr : member(*properties, name);
    if (known != nullptr) return known;
    const auto* others = member(schema, "additionalProperties");
    return others != nullptr && others->is_object() ? others : nullptr;
}

bool hasLongName(const bj::value& schema, const bj::object& value) {
    const auto* names = member(schema, "propertyNames");
    const auto* most = names == nullptr ? nullptr : member(*names, "maxLength");
    if (most == nullptr) return false;
    const auto startsCharacter = [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    };
    return std::ranges::any_of(value, [&](const auto& field) {
        return std::ranges::count_if(std::string_view{field.key()}, startsCharacter) >
               most->to_number<std::ptrdiff_t>();
    });
}

bool refusesOthers(const bj::value& schema) {
    const auto* others = member(schema, "additionalProperties");
    return others != nullptr && others->is_bool() && !others->get_bool();
}

std::vector<FieldError> objectFaults(const bj::value& schema, const bj::object& value,
                                     const std::string& at) {
    std::vector<FieldError> faults;
    for (const auto& name : strings(member(schema, "required"))) {
        if (!value.contains(name)) faults.push_back({at + pointerStep(name), "is required"});
    }
    if (refusesOthers(schema)) {
        for (const auto& [name, ignored] : value) {
            if (propertySchema(schema, name) == nullptr)
                faults.push_back({at + pointerStep(std::string_view{name}.substr(0, 100)),
                                  "is not a known field"});
        }
    }
    if (hasLongName(schema, value))
        faults.push_back(
            {at, "every field's name " + expectation(*member(schema, "propertyNames"))});
    const auto choices = alternatives(schema);
    const auto given =
        std::ranges::count_if(choices, [&](const auto& name) { return value.contains(name); });
    if (!choices.empty() && given != 1)
        faults.push_back({at, fmt::format("exactly one of {} must be given", join(choices, ", "))});
    return faults;
}

struct Place {
    const bj::value* schema;
    const bj::value* value;
};

Place step(const Place& from, const std::string& name) {
    if (const auto* fields = from.value->if_object())
        return {propertySchema(*from.schema, name), fields->if_contains(name)};
    if (const auto* items = from.value->if_array()) {
        std::size_t index = 0;
        std::from_chars(name.data(), name.data() + name.size(), index);
        return {member(*from.schema, "items"), items->if_contains(index)};
    }
    return {nullptr, nullptr};
}

void findLongNames(const Place& place, const Path& path, std::vector<Path>& found) {
    if (place.schema == nullptr || place.value == nullptr) return;
    const auto look = [&](std::string name) {
        Path below = path;
        below.push_back(std::move(name));
        findLongNames(step(place, below.back()), below, found);
    };
    if (const auto* fields = place.value->if_object()) {
        if (hasLongName(*place.schema, *fields)) found.push_back(path);
        for (const auto& field : *fields) look(field.key());
    } else if (const auto* items = place.value->if_array()) {
        for (std::size_t i = 0; i < items->size(); ++i) look(std::to_string(i));
    }
}

}  // namespace

std::vector<Path> longNames(const bj::value& schema, const bj::value& value) {
    std::vector<Path> found;
    findLongNames({&schema, &value}, {}, found);
    return found;
}

std::string expectation(const bj::value& schema) {
    if (const auto* choices = member(schema, "enum"))
        return fmt::format("must be one of {}", join(strings(choices), ", "));
    const auto type = text(schema, "type");
    if (type == "integer") return numberWords(schema, "whole number");
    if (type == "number") return numberWords(schema, "number");
    if (type == "boolean") return "must be true or false";
    if (type == "string") return stringWords(schema);
    if (type == "object")
        return "must be an object" + range(schema, "minProperties", "maxProperties", " fields");
    if (type == "array") {
        const auto* unique = member(schema, "uniqueItems");
        return "must be a list" + range(schema, "minItems", "maxItems", " items") +
               (unique != nullptr ? ", none twice" : "");
    }
    return "does not have the expected form";
}

std::string pointerStep(std::string_view name) {
    std::string out = "/";
    for (const char c : name) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

std::vector<FieldError> faultsAt(const bj::value& schema, const bj::value& value, const Path& path,
                                 bool leaf) {
    Place place{&schema, &value};
    std::string at;
    for (const auto& name : path) {
        at += pointerStep(name);
        place = step(place, name);
        if (place.schema == nullptr || place.value == nullptr) return {{at, "is not allowed here"}};
    }
    std::vector<FieldError> faults;
    if (const auto* fields = place.value->if_object();
        fields != nullptr && text(*place.schema, "type") == "object")
        faults = objectFaults(*place.schema, *fields, at);
    if (faults.empty() && leaf) faults.push_back({at, expectation(*place.schema)});
    return faults;
}

}  // namespace atelier::http
