#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

namespace atelier {

/// `credits_left` → `creditsLeft`: how a C++ field is called on the wire.
std::string toCamelCase(std::string_view snake);
/// `UpperBody` → `upper_body`: how a C++ enumerator is called on the wire.
std::string toSnakeCase(std::string_view pascal);

template <class E>
concept DescribedEnum = std::is_enum_v<E> && boost::describe::has_describe_enumerators<E>::value;

namespace detail {
template <class Descriptor>
inline const std::string kEnumeratorName = toSnakeCase(Descriptor::name);
template <class Descriptor>
inline const std::string kFieldName = toCamelCase(Descriptor::name);
}  // namespace detail

/// The wire name of a described enumerator.
template <DescribedEnum E>
std::string_view nameOf(E value) {
    std::string_view name = "?";
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
        if (d.value == value) name = detail::kEnumeratorName<decltype(d)>;
    });
    return name;
}

/// The enumerator with this wire name; empty when there is none.
template <DescribedEnum E>
std::optional<E> fromName(std::string_view name) {
    std::optional<E> value;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
        if (detail::kEnumeratorName<decltype(d)> == name) value = d.value;
    });
    return value;
}

}  // namespace atelier
