#pragma once

#include <array>
#include <optional>
#include <string_view>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

namespace atelier {

template <class E>
concept DescribedEnum = std::is_enum_v<E> && boost::describe::has_describe_enumerators<E>::value;

/// Of at most N characters, made by the compiler.
template <std::size_t N>
struct WireName {
    std::array<char, N> text{};
    std::size_t size = 0;

    constexpr void add(char c) { text[size++] = c; }
    constexpr std::string_view view() const { return {text.data(), size}; }
};

/// `credits_left` → `creditsLeft`: how a C++ field is called on the wire.
template <std::size_t N>
constexpr WireName<N> toCamelCase(std::string_view snake) {
    WireName<N> camel;
    bool raise = false;
    for (const char c : snake) {
        if (c != '_')
            camel.add(raise && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
        raise = c == '_';
    }
    return camel;
}

/// `UpperBody` → `upper_body`: how a C++ enumerator is called on the wire.
template <std::size_t N>
constexpr WireName<N> toSnakeCase(std::string_view pascal) {
    WireName<N> snake;
    for (const char c : pascal) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper && snake.size > 0) snake.add('_');
        snake.add(upper ? static_cast<char>(c - 'A' + 'a') : c);
    }
    return snake;
}

namespace detail {
template <class Descriptor>
inline constexpr std::size_t kSpelledLength = std::string_view{Descriptor::name}.size();

template <class Descriptor>
inline constexpr auto kEnumeratorText =
    toSnakeCase<2 * kSpelledLength<Descriptor>>(Descriptor::name);
template <class Descriptor>
inline constexpr auto kFieldText = toCamelCase<kSpelledLength<Descriptor>>(Descriptor::name);

template <class Descriptor>
inline constexpr std::string_view kEnumeratorName = kEnumeratorText<Descriptor>.view();
template <class Descriptor>
inline constexpr std::string_view kFieldName = kFieldText<Descriptor>.view();
}  // namespace detail

/// The wire name of a described enumerator.
template <DescribedEnum E>
constexpr std::string_view nameOf(E value) {
    std::string_view name = "?";
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
        if (d.value == value) name = detail::kEnumeratorName<decltype(d)>;
    });
    return name;
}

/// The enumerator with this wire name; empty when there is none.
template <DescribedEnum E>
constexpr std::optional<E> fromName(std::string_view name) {
    std::optional<E> value;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
        if (detail::kEnumeratorName<decltype(d)> == name) value = d.value;
    });
    return value;
}

}  // namespace atelier
