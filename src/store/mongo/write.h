#pragma once

#include <map>
#include <optional>
#include <vector>

#include "store/mongo/document.h"
#include "util/json.h"

/// BSON derived from a struct's description (Boost.Describe), as util/json.h derives JSON: fields
/// under their camelCase names, empty optionals omitted, enumerators as snake_case strings, times
/// as dates, ids as their 36 characters, whole numbers as int64.
namespace atelier::mongo {

namespace detail {
inline int lengthOf(std::string_view text) {
    return static_cast<int>(text.size());
}
}  // namespace detail

inline void append(bson_t* out, std::string_view key, bool v) {
    bson_append_bool(out, key.data(), detail::lengthOf(key), v);
}
template <std::integral T>
    requires(!std::same_as<T, bool>)
void append(bson_t* out, std::string_view key, T v) {
    bson_append_int64(out, key.data(), detail::lengthOf(key), static_cast<std::int64_t>(v));
}
inline void append(bson_t* out, std::string_view key, double v) {
    bson_append_double(out, key.data(), detail::lengthOf(key), v);
}
inline void append(bson_t* out, std::string_view key, std::string_view v) {
    bson_append_utf8(out, key.data(), detail::lengthOf(key), v.data() == nullptr ? "" : v.data(),
                     detail::lengthOf(v));
}
inline void append(bson_t* out, std::string_view key, const std::string& v) {
    append(out, key, std::string_view{v});
}
inline void append(bson_t* out, std::string_view key, const char* v) {
    append(out, key, std::string_view{v});
}
inline void append(bson_t* out, std::string_view key, Instant v) {
    bson_append_date_time(out, key.data(), detail::lengthOf(key), v.time_since_epoch().count());
}
inline void append(bson_t* out, std::string_view key, std::nullptr_t) {
    bson_append_null(out, key.data(), detail::lengthOf(key));
}
inline void append(bson_t* out, std::string_view key, const Document& v) {
    bson_append_document(out, key.data(), detail::lengthOf(key), v.get());
}
void append(bson_t* out, std::string_view key, const boost::json::value& v);
void append(bson_t* out, std::string_view key, const boost::json::object& v);
template <class Tag>
void append(bson_t* out, std::string_view key, const Id<Tag>& v) {
    append(out, key, v.str());
}
template <DescribedEnum E>
void append(bson_t* out, std::string_view key, E v) {
    append(out, key, nameOf(v));
}
template <class T>
void append(bson_t* out, std::string_view key, const std::vector<T>& v);
template <class T>
void append(bson_t* out, std::string_view key, const std::map<std::string, T>& v);
template <json::Described T>
void append(bson_t* out, std::string_view key, const T& v);
template <class T>
void append(bson_t* out, std::string_view key, const std::optional<T>& v) {
    if (v) append(out, key, *v);
}

template <class T>
void append(bson_t* out, std::string_view key, const std::vector<T>& v) {
    bson_t items;
    bson_append_array_begin(out, key.data(), detail::lengthOf(key), &items);
    for (std::size_t i = 0; i < v.size(); ++i) append(&items, std::to_string(i), v[i]);
    bson_append_array_end(out, &items);
}

template <class T>
void append(bson_t* out, std::string_view key, const std::map<std::string, T>& v) {
    bson_t fields;
    bson_append_document_begin(out, key.data(), detail::lengthOf(key), &fields);
    for (const auto& [name, item] : v) append(&fields, escapeKey(name), item);
    bson_append_document_end(out, &fields);
}

template <json::Described T>
void append(bson_t* out, std::string_view key, const T& v) {
    bson_t fields;
    bson_append_document_begin(out, key.data(), detail::lengthOf(key), &fields);
    boost::mp11::mp_for_each<json::Members<T>>(
        [&](auto d) { append(&fields, atelier::detail::kFieldName<decltype(d)>, v.*d.pointer); });
    bson_append_document_end(out, &fields);
}

/// `of("_id", id, "creditsLeft", of("$gte", amount))`: a document of keys and values.
inline Document of() {
    return {};
}
template <class T, class... Rest>
Document of(std::string_view key, const T& value, const Rest&... rest) {
    static_assert(sizeof...(rest) % 2 == 0, "each key has a value");
    Document out;
    append(out.get(), key, value);
    if constexpr (sizeof...(rest) > 0) {
        const auto more = of(rest...);
        bson_concat(out.get(), more.get());
    }
    return out;
}

}  // namespace atelier::mongo
