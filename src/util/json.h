#pragma once

#include <cstdint>
#include <expected>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/json.hpp>

#include "util/names.h"
#include "util/time.h"
#include "util/uuid.h"

/// JSON derived from a struct's description (Boost.Describe): fields are written
/// under their camelCase names, empty optionals are omitted, enumerators are
/// snake_case strings, times RFC 3339, ids their 36 characters.
namespace atelier::json {

namespace bj = boost::json;

template <class T>
concept Described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

/// The public data members of `T`, own and inherited.
template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public |
                                                         boost::describe::mod_inherited>;

// ---- writing ---------------------------------------------------------------

inline bj::value encode(bool v) {
    return v;
}
template <std::integral T>
    requires(!std::same_as<T, bool>)
bj::value encode(T v) {
    return v;
}
inline bj::value encode(double v) {
    return v;
}
inline bj::value encode(const std::string& v) {
    return bj::value(v);
}
inline bj::value encode(Instant v) {
    return bj::value(toRfc3339(v));
}
inline bj::value encode(const bj::value& v) {
    return v;
}
inline bj::value encode(const bj::object& v) {
    return v;
}
template <class Tag>
bj::value encode(const Id<Tag>& v) {
    return bj::value(v.str());
}
template <DescribedEnum E>
bj::value encode(E v) {
    return bj::value(nameOf(v));
}
template <class T>
bj::value encode(const std::vector<T>& v);
template <class T>
bj::value encode(const std::map<std::string, T>& v);
template <Described T>
bj::value encode(const T& v);

template <class T>
bj::value encode(const std::vector<T>& v) {
    bj::array out;
    out.reserve(v.size());
    for (const auto& item : v) out.push_back(encode(item));
    return out;
}

template <class T>
bj::value encode(const std::map<std::string, T>& v) {
    bj::object out;
    for (const auto& [key, item] : v) out.emplace(key, encode(item));
    return out;
}

namespace detail {
template <class T>
void put(bj::object& out, std::string_view name, const T& v) {
    out.emplace(name, encode(v));
}
template <class T>
void put(bj::object& out, std::string_view name, const std::optional<T>& v) {
    if (v) out.emplace(name, encode(*v));
}
}  // namespace detail

template <Described T>
bj::value encode(const T& v) {
    bj::object out;
    boost::mp11::mp_for_each<Members<T>>(
        [&](auto d) { detail::put(out, atelier::detail::kFieldName<decltype(d)>, v.*d.pointer); });
    return out;
}

template <class T>
std::string write(const T& v) {
    return bj::serialize(encode(v));
}

// ---- reading ---------------------------------------------------------------

/// Where reading failed (`/samples/0/seed`) and what was expected there.
struct DecodeError {
    std::string pointer;
    std::string message;
};
using Decoded = std::expected<void, DecodeError>;

inline Decoded fail(std::string message) {
    return std::unexpected(DecodeError{"", std::move(message)});
}

Decoded decode(const bj::value& in, bool& out);
Decoded decode(const bj::value& in, double& out);
Decoded decode(const bj::value& in, std::string& out);
Decoded decode(const bj::value& in, Instant& out);
inline Decoded decode(const bj::value& in, bj::value& out) {
    out = in;
    return {};
}
Decoded decode(const bj::value& in, bj::object& out);

template <std::integral T>
    requires(!std::same_as<T, bool>)
Decoded decode(const bj::value& in, T& out) {
    boost::system::error_code ec;
    out = in.to_number<T>(ec);
    if (ec) return fail("expected a whole number in range");
    return {};
}
template <class Tag>
Decoded decode(const bj::value& in, Id<Tag>& out) {
    const auto* text = in.if_string();
    const auto id = text == nullptr ? std::nullopt : Id<Tag>::parse(*text);
    if (!id) return fail("expected an id (UUID)");
    out = *id;
    return {};
}
template <DescribedEnum E>
Decoded decode(const bj::value& in, E& out) {
    const auto* text = in.if_string();
    const auto value = text == nullptr ? std::nullopt : fromName<E>(*text);
    if (!value) return fail("not one of the known values");
    out = *value;
    return {};
}
template <class T>
Decoded decode(const bj::value& in, std::vector<T>& out);
template <class T>
Decoded decode(const bj::value& in, std::map<std::string, T>& out);
template <Described T>
Decoded decode(const bj::value& in, T& out);

namespace detail {
inline DecodeError at(std::string_view step, DecodeError inner) {
    inner.pointer = "/" + std::string{step} + inner.pointer;
    return inner;
}
template <class T>
Decoded decodeField(const bj::value& in, T& out) {
    return decode(in, out);
}
template <class T>
Decoded decodeField(const bj::value& in, std::optional<T>& out) {
    if (in.is_null()) {
        out.reset();
        return {};
    }
    return decode(in, out.emplace());
}
}  // namespace detail

template <class T>
Decoded decode(const bj::value& in, std::vector<T>& out) {
    const auto* items = in.if_array();
    if (items == nullptr) return fail("expected an array");
    out.clear();
    out.reserve(items->size());
    for (std::size_t i = 0; i < items->size(); ++i) {
        T item{};
        if (auto done = decode((*items)[i], item); !done)
            return std::unexpected(detail::at(std::to_string(i), std::move(done.error())));
        out.push_back(std::move(item));
    }
    return {};
}

template <class T>
Decoded decode(const bj::value& in, std::map<std::string, T>& out) {
    const auto* fields = in.if_object();
    if (fields == nullptr) return fail("expected an object");
    out.clear();
    for (const auto& [key, value] : *fields) {
        if (auto done = decode(value, out[std::string{key}]); !done)
            return std::unexpected(detail::at(key, std::move(done.error())));
    }
    return {};
}

/// Missing fields keep the value `out` came with and unknown ones are ignored,
/// so that an older and a newer program read each other's documents.
template <Described T>
Decoded decode(const bj::value& in, T& out) {
    const auto* fields = in.if_object();
    if (fields == nullptr) return fail("expected an object");
    Decoded result;
    boost::mp11::mp_for_each<Members<T>>([&](auto d) {
        if (!result) return;
        constexpr auto kName = atelier::detail::kFieldName<decltype(d)>;
        const auto* value = fields->if_contains(kName);
        if (value == nullptr) return;
        if (auto done = detail::decodeField(*value, out.*d.pointer); !done)
            result = std::unexpected(detail::at(kName, std::move(done.error())));
    });
    return result;
}

/// Parses text of any length with nesting up to 32; numbers keep full precision.
std::expected<bj::value, DecodeError> parse(std::string_view text);

/// Parses and decodes in one go.
template <class T>
std::expected<T, DecodeError> read(std::string_view text) {
    auto value = parse(text);
    if (!value) return std::unexpected(std::move(value.error()));
    T out{};
    if (auto done = decode(*value, out); !done) return std::unexpected(std::move(done.error()));
    return out;
}

}  // namespace atelier::json
