#include "contract/contract.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <boost/describe.hpp>
#include <boost/json.hpp>

#include "util/names.h"

namespace atelier::contract {

extern const std::string_view kBflContract;

BOOST_DESCRIBE_ENUM(Type, String, Integer, Number, Boolean, StringOrList)
BOOST_DESCRIBE_ENUM(Status, Current, Legacy, Removed)
BOOST_DESCRIBE_ENUM(Kind, Generate, Edit, Fill, Expand, Outpaint, Vto, Erase, Deblur, Control,
                    Service)

namespace {

namespace bj = boost::json;

std::string text(const bj::object& from, std::string_view key) {
    const auto* value = from.if_contains(key);
    return value == nullptr ? std::string{} : std::string{value->as_string()};
}

bool flag(const bj::object& from, std::string_view key) {
    const auto* value = from.if_contains(key);
    return value != nullptr && value->as_bool();
}

template <class T>
std::optional<T> number(const bj::object& from, std::string_view key) {
    const auto* value = from.if_contains(key);
    if (value == nullptr) return std::nullopt;
    return value->to_number<T>();
}

template <class E>
E named(const bj::object& from, std::string_view key) {
    const auto value = fromName<E>(text(from, key));
    if (!value) throw std::runtime_error{"contract: unknown " + std::string{key}};
    return *value;
}

Parameter readParameter(std::string_view name, const bj::object& from) {
    Parameter out;
    out.name = name;
    out.type = named<Type>(from, "type");
    out.required = flag(from, "required");
    out.nullable = flag(from, "nullable");
    out.in_query = text(from, "in") == "query";
    out.is_url = text(from, "format") == "uri";
    out.is_ratio = text(from, "format") == "ratio";
    out.strip = flag(from, "strip");
    if (const auto image = text(from, "image"); !image.empty())
        out.image = image == "base64" ? Image::Base64 : Image::Base64OrUrl;
    if (const auto* value = from.if_contains("default")) out.default_value = *value;
    out.minimum = number<double>(from, "min");
    out.maximum = number<double>(from, "max");
    out.multiple_of = number<std::int64_t>(from, "multiple_of");
    if (const auto* values = from.if_contains("enum"))
        for (const auto& value : values->as_array()) out.allowed.emplace_back(value.as_string());
    const bool list = out.type == Type::StringOrList;
    out.min_length = number<std::size_t>(from, list ? "min_items" : "min_length");
    out.max_length = number<std::size_t>(from, list ? "max_items" : "max_length");
    return out;
}

Price readPrice(const bj::object& from) {
    Price out;
    const auto per = text(from, "per");
    if (per == "megapixel") out.per = Price::Per::Megapixel;
    if (per == "input_megapixel") out.per = Price::Per::InputMegapixel;
    out.first = number<double>(from, "first").value_or(0);
    out.output = number<double>(from, "output").value_or(0);
    out.input = number<double>(from, "input").value_or(0);
    if (const auto* table = from.if_contains("by_resolution"))
        for (const auto& [name, credits] : table->as_object())
            out.by_resolution.emplace(name, credits.to_number<double>());
    return out;
}

ImageLimits readLimits(const bj::object& from) {
    ImageLimits out;
    out.min_side = number<int>(from, "min_side").value_or(out.min_side);
    out.max_mp = number<double>(from, "max_mp").value_or(out.max_mp);
    out.useful_mp = number<double>(from, "useful_mp").value_or(out.max_mp);
    out.max_output_mp = number<double>(from, "max_output_mp").value_or(0);
    return out;
}

std::vector<Parameter> readSchema(const bj::object& schema, const bj::object& shared) {
    std::vector<Parameter> out;
    for (const auto& [name, spec] : schema) {
        const auto& from = spec.is_string() ? shared.at(spec.as_string()) : spec;
        out.push_back(readParameter(name, from.as_object()));
    }
    return out;
}

Endpoint readEndpoint(const bj::object& from) {
    Endpoint out;
    out.path = text(from, "path");
    out.method = text(from, "method");
    out.host = text(from, "host");
    out.status = named<Status>(from, "status");
    out.kind = named<Kind>(from, "kind");
    out.strict = flag(from, "strict");
    if (const auto* price = from.if_contains("price")) out.price = readPrice(price->as_object());
    if (const auto* limits = from.if_contains("image_limits"))
        out.image_limits = readLimits(limits->as_object());
    out.latency = Millis{number<int>(from, "latency_ms").value_or(0)};
    out.active_tasks = number<int>(from, "active_tasks");
    return out;
}

}  // namespace

Contract::Contract(std::string_view json) {
    const auto parsed = bj::parse(bj::string_view{json.data(), json.size()});
    const auto& root = parsed.as_object();
    const auto& hosts = root.at("hosts").as_object();
    for (const auto& [region, url] : hosts.at("api").as_object())
        hosts_.emplace(region, url.as_string());
    finetune_host_ = text(hosts, "finetune");
    active_tasks_ = root.at("active_tasks").to_number<int>();
    image_max_bytes_ = root.at("image_max_bytes").to_number<std::size_t>();
    megapixel_ = root.at("megapixel").to_number<double>();
    delivery_lifetime_ = Seconds{root.at("delivery_seconds").to_number<int>()};
    for (const auto& wait : root.at("webhook_retry_seconds").as_array())
        webhook_retries_.emplace_back(wait.to_number<int>());
    for (const auto& item : root.at("statuses").as_array()) {
        const auto& status = item.as_object();
        statuses_.push_back(
            {text(status, "name"), flag(status, "terminal"), flag(status, "success")});
    }
    const auto& shared = root.at("shared_parameters").as_object();
    const auto& schemas = root.at("schemas").as_object();
    for (const auto& item : root.at("endpoints").as_array()) {
        const auto& from = item.as_object();
        auto& endpoint = endpoints_.emplace_back(readEndpoint(from));
        endpoint.parameters = readSchema(schemas.at(text(from, "schema")).as_object(), shared);
    }
}

const Contract& Contract::bfl() {
    static const Contract kContract{kBflContract};
    return kContract;
}

const Endpoint* Contract::find(std::string_view path) const {
    const auto found = std::ranges::find(endpoints_, path, &Endpoint::path);
    return found == endpoints_.end() ? nullptr : &*found;
}

const Parameter* Endpoint::find(std::string_view name) const {
    const auto found = std::ranges::find(parameters, name, &Parameter::name);
    return found == parameters.end() ? nullptr : &*found;
}

std::string Contract::host(std::string_view region) const {
    const auto found = hosts_.find(region);
    return found == hosts_.end() ? std::string{} : found->second;
}

const TaskStatus* Contract::status(std::string_view name) const {
    const auto found = std::ranges::find(statuses_, name, &TaskStatus::name);
    return found == statuses_.end() ? nullptr : &*found;
}

std::optional<double> costOf(const Endpoint& endpoint, double input_mp, double output_mp,
                             std::string_view resolution) {
    if (!endpoint.price) return std::nullopt;
    const auto& price = *endpoint.price;
    const auto input = std::ceil(input_mp);
    const auto output = std::max(std::ceil(output_mp), 1.0);
    switch (price.per) {
        case Price::Per::Image:
            if (resolution.empty() || price.by_resolution.empty()) return price.first;
            if (const auto found = price.by_resolution.find(std::string{resolution});
                found != price.by_resolution.end())
                return found->second;
            return std::nullopt;
        case Price::Per::Megapixel:
            return price.first + (output - 1) * price.output + input * price.input;
        case Price::Per::InputMegapixel:
            return price.first + std::max(input - 1, 0.0) * price.input + output * price.output;
    }
    return std::nullopt;
}

}  // namespace atelier::contract
