#include "contract/coercion.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace atelier::contract {

namespace bj = boost::json;

namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n\f\v";
constexpr std::size_t kMaxUrlLength = 2083;
constexpr int kMaxPort = 65'535;

std::unexpected<Mismatch> mismatch(std::string type, std::string msg, bj::object ctx = {}) {
    return std::unexpected(Mismatch{std::move(type), std::move(msg), std::move(ctx)});
}

std::unexpected<Mismatch> badUrl(const std::string& error) {
    return mismatch("url_parsing", "Input should be a valid URL, " + error, {{"error", error}});
}

std::string lowered(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
    return out;
}

/// A whole number as Python's `int()` reads it, "5.0" and "1_000" included.
std::optional<std::int64_t> parseInteger(std::string_view text) {
    text = stripped(text);
    if (const auto dot = text.find('.'); dot != std::string_view::npos) {
        const auto fraction = text.substr(dot + 1);
        if (fraction.empty() || fraction.find_first_not_of('0') != std::string_view::npos)
            return std::nullopt;
        text = text.substr(0, dot);
    }
    std::string digits{text};
    std::erase(digits, '_');
    if (digits.starts_with('+')) digits.erase(0, 1);
    std::int64_t value = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, problem] = std::from_chars(digits.data(), end, value);
    if (problem != std::errc{} || stop != end) return std::nullopt;
    return value;
}

std::optional<double> parseNumber(std::string_view text) {
    text = stripped(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, value);
    if (problem != std::errc{} || stop != end) return std::nullopt;
    return value;
}

}  // namespace

std::string_view stripped(std::string_view text) {
    const auto first = text.find_first_not_of(kWhiteSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

Coerced toInteger(const bj::value& in) {
    const std::string msg = "Input should be a valid integer";
    if (const auto* yes = in.if_bool()) return bj::value(std::int64_t{*yes});
    if (in.is_int64() || in.is_uint64()) return in;
    if (const auto* number = in.if_double()) {
        if (std::trunc(*number) != *number)
            return mismatch("int_from_float", msg + ", got a number with a fractional part");
        constexpr double kLimit = 9.2e18;
        if (std::abs(*number) > kLimit) return in;
        return bj::value(static_cast<std::int64_t>(*number));
    }
    if (const auto* text = in.if_string()) {
        const auto value = parseInteger(*text);
        if (!value) return mismatch("int_parsing", msg + ", unable to parse string as an integer");
        return bj::value(*value);
    }
    return mismatch("int_type", msg);
}

Coerced toNumber(const bj::value& in) {
    const std::string msg = "Input should be a valid number";
    if (const auto* yes = in.if_bool()) return bj::value(*yes ? 1.0 : 0.0);
    if (in.is_number()) return bj::value(in.to_number<double>());
    if (const auto* text = in.if_string()) {
        const auto value = parseNumber(*text);
        if (!value) return mismatch("float_parsing", msg + ", unable to parse string as a number");
        return bj::value(*value);
    }
    return mismatch("float_type", msg);
}

Coerced toBoolean(const bj::value& in) {
    static constexpr std::array kYes{"1", "on", "t", "true", "y", "yes"};
    static constexpr std::array kNo{"0", "off", "f", "false", "n", "no"};
    const std::string msg = "Input should be a valid boolean";
    if (in.is_bool()) return in;
    if (in.is_number() || in.is_string()) {
        const auto word = in.is_string() ? lowered(in.as_string()) : std::string{};
        const auto number = in.is_string() ? -1.0 : in.to_number<double>();
        if (number == 1 || std::ranges::find(kYes, word) != kYes.end()) return bj::value(true);
        if (number == 0 || std::ranges::find(kNo, word) != kNo.end()) return bj::value(false);
        if (!in.is_double()) return mismatch("bool_parsing", msg + ", unable to interpret input");
    }
    return mismatch("bool_type", msg);
}

Coerced toText(const bj::value& in) {
    if (in.is_string()) return in;
    return mismatch("string_type", "Input should be a valid string");
}

Coerced toUrl(const bj::value& in) {
    const auto* text = in.if_string();
    if (text == nullptr) return mismatch("url_type", "URL input should be a string or URL");
    const std::string_view url{text->data(), text->size()};
    if (url.size() > kMaxUrlLength)
        return mismatch("url_too_long", "URL should have at most 2083 characters",
                        {{"max_length", kMaxUrlLength}});
    if (url.empty()) return badUrl("input is empty");
    const auto colon = url.find(':');
    const auto scheme = lowered(url.substr(0, colon));
    const bool has_scheme = colon != std::string_view::npos && !scheme.empty() &&
                            std::isalpha(static_cast<unsigned char>(scheme[0])) != 0 &&
                            scheme.find_first_of("/?# ") == std::string::npos;
    if (!has_scheme) return badUrl("relative URL without a base");
    if (scheme != "http" && scheme != "https")
        return mismatch("url_scheme", "URL scheme should be 'http' or 'https'",
                        {{"expected_schemes", "'http' or 'https'"}});
    const auto start = url.find_first_not_of("/\\", colon + 1);
    if (start == std::string_view::npos) return badUrl("empty host");
    auto host = url.substr(start, url.find_first_of("/?#\\", start) - start);
    if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
    const auto port_at = host.find(':', host.starts_with('[') ? host.find(']') : 0);
    if (port_at != std::string_view::npos && port_at + 1 < host.size()) {
        const auto port = parseInteger(host.substr(port_at + 1));
        if (!port || *port < 0 || *port > kMaxPort) return badUrl("invalid port number");
    }
    if (host.substr(0, port_at).empty()) return badUrl("empty host");
    if (host.find_first_of(" <>^|%") != std::string_view::npos)
        return badUrl("invalid international domain name");
    return in;
}

Coerced toRatio(const bj::value& in) {
    auto text = toText(in);
    if (!text) return text;
    const std::string_view ratio{in.as_string().data(), in.as_string().size()};
    const auto colon = ratio.find(':');
    const auto width = parseInteger(ratio.substr(0, colon));
    const auto height =
        colon == std::string_view::npos ? std::nullopt : parseInteger(ratio.substr(colon + 1));
    const bool valid = width && height && *width > 0 && *height > 0 && *width * 9 <= *height * 21 &&
                       *height * 9 <= *width * 21;
    if (valid) return in;
    return mismatch("value_error", "Value error, Aspect ratio must be between 21:9 and 9:21",
                    {{"error", bj::object{}}});
}

}  // namespace atelier::contract
