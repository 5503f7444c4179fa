#pragma once

#include <map>
#include <optional>
#include <vector>

#include "domain/json.h"
#include "store/mongo/document.h"

/// The way back of write.h. As in util/json.h missing fields keep the value that `out` came with
/// and unknown ones are ignored, so that an older and a newer program read each other's documents.
namespace atelier::mongo {

using json::Decoded;

Decoded read(const bson_iter_t& in, bool& out);
Decoded read(const bson_iter_t& in, std::int64_t& out);
Decoded read(const bson_iter_t& in, double& out);
Decoded read(const bson_iter_t& in, std::string& out);
Decoded read(const bson_iter_t& in, Instant& out);
Decoded read(const bson_iter_t& in, boost::json::value& out);
Decoded read(const bson_iter_t& in, boost::json::object& out);

template <class Tag>
Decoded read(const bson_iter_t& in, Id<Tag>& out) {
    std::string text;
    auto done = read(in, text);
    if (!done) return done;
    const auto id = Id<Tag>::parse(text);
    if (!id) return json::fail("expected an id (UUID)");
    out = *id;
    return {};
}
template <DescribedEnum E>
Decoded read(const bson_iter_t& in, E& out) {
    std::string text;
    auto done = read(in, text);
    if (!done) return done;
    const auto value = fromName<E>(text);
    if (!value)
        return json::fail("'" + text + "' is not one of the values that this version knows");
    out = *value;
    return {};
}
template <class T>
Decoded read(const bson_iter_t& in, std::vector<T>& out);
template <class T>
Decoded read(const bson_iter_t& in, std::map<std::string, T>& out);
template <json::Described T>
Decoded read(const bson_iter_t& in, T& out);
template <class T>
Decoded read(const bson_iter_t& in, std::optional<T>& out) {
    if (!BSON_ITER_HOLDS_NULL(&in)) return read(in, out.emplace());
    out.reset();
    return {};
}

template <class T>
Decoded read(const bson_iter_t& in, std::vector<T>& out) {
    bson_iter_t item;
    if (!BSON_ITER_HOLDS_ARRAY(&in) || !bson_iter_recurse(&in, &item))
        return json::fail("expected an array");
    out.clear();
    while (bson_iter_next(&item)) {
        if (auto done = read(item, out.emplace_back()); !done)
            return std::unexpected(json::detail::at(bson_iter_key(&item), std::move(done.error())));
    }
    return {};
}

template <class T>
Decoded read(const bson_iter_t& in, std::map<std::string, T>& out) {
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

/// Reads the fields that `fields` stands before into `out`; `rename` says what a key is called in
/// C++.
template <json::Described T, class Rename>
Decoded readFields(const bson_iter_t& fields, T& out, Rename rename) {
    bson_iter_t field = fields;
    while (bson_iter_next(&field)) {
        const std::string_view key = rename(std::string_view{bson_iter_key(&field)});
        Decoded done;
        boost::mp11::mp_for_each<json::Members<T>>([&](auto d) {
            if (atelier::detail::kFieldName<decltype(d)> == key) done = read(field, out.*d.pointer);
        });
        if (!done) return std::unexpected(json::detail::at(key, std::move(done.error())));
    }
    return {};
}

template <json::Described T>
Decoded read(const bson_iter_t& in, T& out) {
    bson_iter_t field;
    if (!BSON_ITER_HOLDS_DOCUMENT(&in) || !bson_iter_recurse(&in, &field))
        return json::fail("expected an object");
    return readFields(field, out, [](std::string_view key) { return key; });
}

/// The whole number at `path`, 0 without one.
std::int64_t numberAt(const Document& document, std::string_view path);
/// The text at `path`, empty without one.
std::string textAt(const Document& document, std::string_view path);

}  // namespace atelier::mongo
