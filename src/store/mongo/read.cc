#include "store/mongo/read.h"

#include <cmath>

namespace atelier::mongo {

namespace bj = boost::json;

Decoded read(const bson_iter_t& in, bool& out) {
    if (!BSON_ITER_HOLDS_BOOL(&in)) return json::fail("expected true or false");
    out = bson_iter_bool(&in);
    return {};
}

Decoded read(const bson_iter_t& in, std::int64_t& out) {
    if (BSON_ITER_HOLDS_DOUBLE(&in)) {  // as a shell writes numbers
        const double number = bson_iter_double(&in);
        if (number != std::trunc(number) || std::abs(number) > 9e15)
            return json::fail("expected a whole number in range");
        out = static_cast<std::int64_t>(number);
        return {};
    }
    if (!BSON_ITER_HOLDS_INT(&in)) return json::fail("expected a whole number in range");
    out = bson_iter_as_int64(&in);
    return {};
}

Decoded read(const bson_iter_t& in, double& out) {
    if (!BSON_ITER_HOLDS_NUMBER(&in)) return json::fail("expected a number");
    out = bson_iter_as_double(&in);
    return {};
}

Decoded read(const bson_iter_t& in, std::string& out) {
    if (!BSON_ITER_HOLDS_UTF8(&in)) return json::fail("expected a string");
    std::uint32_t length = 0;
    const char* text = bson_iter_utf8(&in, &length);
    out.assign(text, length);
    return {};
}

Decoded read(const bson_iter_t& in, Instant& out) {
    if (!BSON_ITER_HOLDS_DATE_TIME(&in)) return json::fail("expected a date");
    out = Instant{Millis{bson_iter_date_time(&in)}};
    return {};
}

Decoded read(const bson_iter_t& in, bj::object& out) {
    bson_iter_t field;
    if (!BSON_ITER_HOLDS_DOCUMENT(&in) || !bson_iter_recurse(&in, &field))
        return json::fail("expected an object");
    out.clear();
    while (bson_iter_next(&field)) {
        const auto key = unescapeKey(bson_iter_key(&field));
        if (auto done = read(field, out[key]); !done)
            return std::unexpected(json::detail::at(key, std::move(done.error())));
    }
    return {};
}

namespace {

Decoded readItems(const bson_iter_t& in, bj::array& out) {
    bson_iter_t item;
    if (!bson_iter_recurse(&in, &item)) return json::fail("expected an array");
    while (bson_iter_next(&item)) {
        if (auto done = read(item, out.emplace_back(nullptr)); !done)
            return std::unexpected(json::detail::at(bson_iter_key(&item), std::move(done.error())));
    }
    return {};
}

}  // namespace

Decoded read(const bson_iter_t& in, bj::value& out) {
    switch (bson_iter_type(&in)) {
        case BSON_TYPE_NULL:
            out = nullptr;
            return {};
        case BSON_TYPE_BOOL:
            out = bson_iter_bool(&in);
            return {};
        case BSON_TYPE_INT32:
        case BSON_TYPE_INT64:
            out = bson_iter_as_int64(&in);
            return {};
        case BSON_TYPE_DOUBLE:
            out = bson_iter_double(&in);
            return {};
        case BSON_TYPE_UTF8: {
            std::string text;
            auto done = read(in, text);
            out = bj::string{text};
            return done;
        }
        case BSON_TYPE_DOCUMENT:
            return read(in, out.emplace_object());
        case BSON_TYPE_ARRAY:
            return readItems(in, out.emplace_array());
        default:
            return json::fail("expected a value that JSON has");
    }
}

std::int64_t numberAt(const Document& document, std::string_view path) {
    std::int64_t number = 0;
    bson_iter_t at;
    if (document.find(path, at)) static_cast<void>(read(at, number));
    return number;
}

std::string textAt(const Document& document, std::string_view path) {
    std::string text;
    bson_iter_t at;
    if (document.find(path, at)) static_cast<void>(read(at, text));
    return text;
}

}  // namespace atelier::mongo
