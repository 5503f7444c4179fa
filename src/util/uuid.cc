#include "util/uuid.h"

#include <cstring>

#include <sodium.h>

namespace atelier {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

bool isHyphenAt(std::size_t pos) {
    return pos == 8 || pos == 13 || pos == 18 || pos == 23;
}

std::optional<std::uint8_t> nibble(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
    return std::nullopt;
}

}  // namespace

Uuid Uuid::v7(Instant at) {
    Uuid id;
    randombytes_buf(id.bytes_.data(), id.bytes_.size());
    auto millis = static_cast<std::uint64_t>(at.time_since_epoch().count());
    for (int i = 5; i >= 0; --i, millis >>= 8)
        id.bytes_[i] = static_cast<std::uint8_t>(millis & 0xff);
    id.bytes_[6] = static_cast<std::uint8_t>(0x70 | (id.bytes_[6] & 0x0f));
    id.bytes_[8] = static_cast<std::uint8_t>(0x80 | (id.bytes_[8] & 0x3f));
    return id;
}

Uuid Uuid::ofTick(std::uint64_t tick) {
    auto id = v7(Instant{Millis{static_cast<std::int64_t>(tick >> kTickBits)}});
    id.bytes_[6] = static_cast<std::uint8_t>(0x70 | ((tick >> 8) & 0x0f));
    id.bytes_[7] = static_cast<std::uint8_t>(tick & 0xff);
    return id;
}

std::uint64_t Uuid::tick() const {
    std::uint64_t tick = 0;
    for (int i = 0; i < 6; ++i) tick = tick << 8 | bytes_[i];
    return tick << kTickBits | (bytes_[6] & 0x0fU) << 8 | bytes_[7];
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    Uuid id;
    std::size_t byte = 0;
    for (std::size_t pos = 0; pos < text.size();) {
        if (isHyphenAt(pos)) {
            if (text[pos] != '-') return std::nullopt;
            ++pos;
            continue;
        }
        const auto high = nibble(text[pos]);
        const auto low = nibble(text[pos + 1]);
        if (!high || !low) return std::nullopt;
        id.bytes_[byte++] = static_cast<std::uint8_t>(*high << 4 | *low);
        pos += 2;
    }
    return id;
}

std::string Uuid::str() const {
    std::string text;
    text.reserve(36);
    for (std::uint8_t byte : bytes_) {
        if (isHyphenAt(text.size())) text.push_back('-');
        text.push_back(kHex[byte >> 4]);
        text.push_back(kHex[byte & 0x0f]);
    }
    return text;
}

Instant Uuid::timestamp() const {
    std::uint64_t millis = 0;
    for (int i = 0; i < 6; ++i) millis = millis << 8 | bytes_[i];
    return Instant{Millis{static_cast<std::int64_t>(millis)}};
}

std::size_t Uuid::hash() const {
    // The tail is random, so it is already a good hash.
    std::size_t value = 0;
    std::memcpy(&value, bytes_.data() + 8, sizeof value);
    return value;
}

}  // namespace atelier
