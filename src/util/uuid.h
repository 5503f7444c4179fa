#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "util/time.h"

namespace atelier {

/// 128-bit identifier, RFC 9562. Value type; ordered by its bytes, so version 7
/// values sort by creation time.
class Uuid {
  public:
    using Bytes = std::array<std::uint8_t, 16>;

    Uuid() = default;
    /// The 16 bytes in network order, as databases keep them.
    static Uuid fromBytes(const Bytes& bytes) {
        Uuid id;
        id.bytes_ = bytes;
        return id;
    }
    const Bytes& bytes() const { return bytes_; }

    /// Version 7: 48 bits of milliseconds from `at`, then random bits. Thread-safe.
    static Uuid v7(Instant at);
    /// Version 7 with a counter of 12 bits behind its milliseconds (RFC 9562 section 6.2, method
    /// 1): `tick` = milliseconds << 12 | counter; then random bits. Ids of higher ticks sort after.
    /// Thread-safe.
    static Uuid ofTick(std::uint64_t tick);
    static constexpr int kTickBits = 12;
    /// The 36-character form in either case; empty for anything else.
    static std::optional<Uuid> parse(std::string_view text);

    /// 36 lower-case characters.
    std::string str() const;
    std::uint64_t tick() const;
    /// The moment a version 7 value was made.
    Instant timestamp() const;
    bool isNil() const { return bytes_ == Bytes{}; }

    auto operator<=>(const Uuid&) const = default;

    std::size_t hash() const;

  private:
    Bytes bytes_{};
};

/// A `Uuid` that names one kind of thing; ids of different kinds do not mix.
template <class Tag>
class Id {
  public:
    Id() = default;
    explicit Id(Uuid value) : value_{value} {}

    static std::optional<Id> parse(std::string_view text) {
        const auto value = Uuid::parse(text);
        if (!value) return std::nullopt;
        return Id{*value};
    }

    std::string str() const { return value_.str(); }
    const Uuid& value() const { return value_; }
    bool isNil() const { return value_.isNil(); }
    auto operator<=>(const Id&) const = default;

  private:
    Uuid value_;
};

}  // namespace atelier

template <>
struct std::hash<atelier::Uuid> {
    std::size_t operator()(const atelier::Uuid& id) const { return id.hash(); }
};
template <class Tag>
struct std::hash<atelier::Id<Tag>> {
    std::size_t operator()(const atelier::Id<Tag>& id) const { return id.value().hash(); }
};
