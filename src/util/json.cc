#include "util/json.h"

#include <fmt/format.h>

namespace atelier::json {

Decoded decode(const bj::value& in, bool& out) {
    const auto* flag = in.if_bool();
    if (flag == nullptr) return fail("expected true or false");
    out = *flag;
    return {};
}

Decoded decode(const bj::value& in, double& out) {
    boost::system::error_code ec;
    out = in.to_number<double>(ec);
    if (ec) return fail("expected a number");
    return {};
}

Decoded decode(const bj::value& in, std::string& out) {
    const auto* text = in.if_string();
    if (text == nullptr) return fail("expected a string");
    out.assign(text->data(), text->size());
    return {};
}

Decoded decode(const bj::value& in, Instant& out) {
    const auto* text = in.if_string();
    const auto at = text == nullptr ? std::nullopt : parseRfc3339(*text);
    if (!at) return fail("expected a time (RFC 3339)");
    out = *at;
    return {};
}

Decoded decode(const bj::value& in, bj::object& out) {
    const auto* fields = in.if_object();
    if (fields == nullptr) return fail("expected an object");
    out = *fields;
    return {};
}

std::expected<bj::value, DecodeError> parse(std::string_view text) {
    boost::system::error_code ec;
    bj::parse_options options;
    options.max_depth = 32;
    bj::parser parser{{}, options};
    const auto read = parser.write_some(text.data(), text.size(), ec);
    if (!ec && read < text.size()) ec = bj::error::extra_data;
    if (ec)
        return std::unexpected(DecodeError{"", fmt::format("{} at byte {}", ec.message(), read)});
    return parser.release();
}

}  // namespace atelier::json
