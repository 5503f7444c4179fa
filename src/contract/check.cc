#include "contract/check.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "contract/coercion.h"

namespace atelier::contract {

namespace bj = boost::json;

namespace {

/// A value that was accepted, or all that is wrong with it.
struct Outcome {
    bj::value value;
    std::vector<Violation> violations;
};

Violation violation(const Mismatch& mismatch, bj::array loc, const bj::value& input) {
    return {mismatch.type, std::move(loc), mismatch.msg, input, mismatch.ctx};
}

bj::array locOf(const Parameter& parameter) {
    return {parameter.in_query ? "query" : "body", parameter.name};
}

Coerced coerceScalar(const Parameter& parameter, const bj::value& in) {
    if (parameter.is_url) return toUrl(in);
    if (parameter.is_ratio) return toRatio(in);
    switch (parameter.type) {
        case Type::Integer:
            return toInteger(in);
        case Type::Number:
            return toNumber(in);
        case Type::Boolean:
            return toBoolean(in);
        case Type::String:
        case Type::StringOrList:
            return toText(in);
    }
    return toText(in);
}

/// `'jpeg', 'png' or 'webp'`
std::string quotedList(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
        out += fmt::format("'{}'", names[i]);
    }
    return out;
}

std::optional<Mismatch> breaksEnum(const Parameter& parameter, const bj::value& in) {
    const auto* text = in.if_string();
    if (text != nullptr &&
        std::ranges::find(parameter.allowed, std::string_view{*text}) != parameter.allowed.end())
        return std::nullopt;
    const auto expected = quotedList(parameter.allowed);
    return Mismatch{"enum", "Input should be " + expected, {{"expected", expected}}};
}

/// A limit as Pydantic keeps it: an integer field has integer limits.
bj::value limitOf(const Parameter& parameter, double limit) {
    if (parameter.type == Type::Integer) return static_cast<std::int64_t>(limit);
    return limit;
}

std::optional<Mismatch> breaksRange(const Parameter& parameter, double value) {
    if (parameter.multiple_of && std::fmod(value, static_cast<double>(*parameter.multiple_of)) != 0)
        return Mismatch{"multiple_of",
                        fmt::format("Input should be a multiple of {}", *parameter.multiple_of),
                        {{"multiple_of", *parameter.multiple_of}}};
    if (parameter.maximum && !(value <= *parameter.maximum))
        return Mismatch{"less_than_equal",
                        fmt::format("Input should be less than or equal to {}", *parameter.maximum),
                        {{"le", limitOf(parameter, *parameter.maximum)}}};
    if (parameter.minimum && !(value >= *parameter.minimum))
        return Mismatch{
            "greater_than_equal",
            fmt::format("Input should be greater than or equal to {}", *parameter.minimum),
            {{"ge", limitOf(parameter, *parameter.minimum)}}};
    return std::nullopt;
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string plural(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::optional<Mismatch> breaksLength(const Parameter& parameter, std::string_view text) {
    const auto length = characters(text);
    if (parameter.min_length && length < *parameter.min_length)
        return Mismatch{"string_too_short",
                        "String should have at least " + plural(*parameter.min_length, "character"),
                        {{"min_length", *parameter.min_length}}};
    if (parameter.max_length && length > *parameter.max_length)
        return Mismatch{"string_too_long",
                        "String should have at most " + plural(*parameter.max_length, "character"),
                        {{"max_length", *parameter.max_length}}};
    return std::nullopt;
}

std::optional<Mismatch> breaksCount(const Parameter& parameter, std::size_t count) {
    const auto broken = [&](std::string type, std::string_view word, std::string_view key,
                            std::size_t limit) {
        return Mismatch{std::move(type),
                        fmt::format("List should have at {} {} after validation, not {}", word,
                                    plural(limit, "item"), count),
                        {{"field_type", "List"}, {key, limit}, {"actual_length", count}}};
    };
    if (parameter.min_length && count < *parameter.min_length)
        return broken("too_short", "least", "min_length", *parameter.min_length);
    if (parameter.max_length && count > *parameter.max_length)
        return broken("too_long", "most", "max_length", *parameter.max_length);
    return std::nullopt;
}

/// A union reports what is wrong with each of its branches.
Outcome acceptList(const Parameter& parameter, const bj::value& in) {
    Outcome out{in, {}};
    const auto at = [&](std::initializer_list<bj::value_ref> branch) {
        auto loc = locOf(parameter);
        for (const auto& step : bj::array(branch)) loc.push_back(step);
        return loc;
    };
    if (in.is_string()) return out;
    std::vector<Violation> list_branch;
    if (const auto* items = in.if_array()) {
        for (std::size_t i = 0; i < items->size(); ++i)
            if (const auto text = toText((*items)[i]); !text)
                list_branch.push_back(violation(text.error(), at({"list[str]", i}), (*items)[i]));
        const auto broken = breaksCount(parameter, items->size());
        if (broken && list_branch.empty())
            list_branch.push_back(violation(*broken, at({"list[str]"}), in));
    } else {
        const Mismatch not_a_list{"list_type", "Input should be a valid list", {}};
        list_branch.push_back(violation(not_a_list, at({"list[str]"}), in));
    }
    if (list_branch.empty()) return out;
    out.violations.push_back(violation(toText(in).error(), at({"str"}), in));
    std::ranges::move(list_branch, std::back_inserter(out.violations));
    return out;
}

Outcome refuse(const Parameter& parameter, const Mismatch& mismatch, const bj::value& in) {
    return {{}, {violation(mismatch, locOf(parameter), in)}};
}

Outcome accept(const Parameter& parameter, const bj::value& in) {
    if (in.is_null() && parameter.nullable) return {in, {}};
    if (parameter.type == Type::StringOrList) return acceptList(parameter, in);
    if (!parameter.allowed.empty()) {
        const auto broken = breaksEnum(parameter, in);
        return broken ? refuse(parameter, *broken, in) : Outcome{in, {}};
    }
    auto value = coerceScalar(parameter, in);
    if (!value) return refuse(parameter, value.error(), in);
    std::optional<Mismatch> broken;
    if (value->is_number()) broken = breaksRange(parameter, value->to_number<double>());
    if (auto* text = value->if_string()) {
        if (parameter.strip) *text = stripped(std::string_view{*text});
        broken = breaksLength(parameter, *text);
    }
    if (broken) return refuse(parameter, *broken, in);
    return {std::move(*value), {}};
}

}  // namespace

bj::object Violation::toJson() const {
    bj::object out{{"type", type}, {"loc", loc}, {"msg", msg}, {"input", input}};
    if (!ctx.empty()) out.emplace("ctx", ctx);
    return out;
}

std::vector<Violation> check(const Endpoint& endpoint, const bj::object& fields) {
    std::vector<Violation> out;
    for (const auto& parameter : endpoint.parameters) {
        const auto* in = fields.if_contains(parameter.name);
        if (in != nullptr) {
            std::ranges::move(accept(parameter, *in).violations, std::back_inserter(out));
        } else if (parameter.required) {
            const Mismatch missing{"missing", "Field required", {}};
            out.push_back(violation(missing, locOf(parameter),
                                    parameter.in_query ? bj::value{} : bj::value(fields)));
        }
    }
    if (!endpoint.strict) return out;
    for (const auto& [name, value] : fields) {
        if (endpoint.find(name) != nullptr) continue;
        const Mismatch extra{"extra_forbidden", "Extra inputs are not permitted", {}};
        out.push_back(violation(extra, {"body", name}, value));
    }
    return out;
}

bj::object coerce(const Endpoint& endpoint, const bj::object& fields) {
    bj::object out;
    for (const auto& parameter : endpoint.parameters) {
        const auto* in = fields.if_contains(parameter.name);
        if (in != nullptr)
            out.emplace(parameter.name, accept(parameter, *in).value);
        else if (parameter.default_value)
            out.emplace(parameter.name, *parameter.default_value);
    }
    return out;
}

}  // namespace atelier::contract
