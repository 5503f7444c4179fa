#include "util/encoding.h"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include <openssl/evp.h>
#include <sodium.h>

namespace atelier {
namespace {

auto* raw(BytesView bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
auto* raw(Bytes& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

std::string encode64(BytesView bytes, int variant) {
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), raw(bytes), bytes.size(), variant);
    text.pop_back();  // sodium counts and writes a terminating NUL
    return text;
}

std::optional<Bytes> decode64(std::string_view text, const char* ignore, int variant) {
    // sodium takes some bytes beyond ASCII for digits, and NUL for one of those to ignore.
    const auto foreign = [](char c) { return c == '\0' || static_cast<unsigned char>(c) >= 0x80; };
    if (std::ranges::any_of(text, foreign)) return std::nullopt;
    Bytes bytes(text.size() / 4 * 3 + 3, '\0');
    std::size_t length = 0;
    const char* end = nullptr;
    if (sodium_base642bin(raw(bytes), bytes.size(), text.data(), text.size(), ignore, &length, &end,
                          variant) != 0 ||
        end != text.data() + text.size())
        return std::nullopt;
    bytes.resize(length);
    return bytes;
}

/// Whole groups of four digits, no padding and nothing else in between. OpenSSL's decoder is many
/// times as fast as sodium's, which takes the same time for all digits, but it takes `=` for a
/// digit and drops blanks at both ends. Source: EVP_DecodeBlock(3).
std::optional<Bytes> decodeDigits(std::string_view text) {
    constexpr std::size_t kMost = std::numeric_limits<int>::max();
    if (text.size() > kMost || text.contains('=')) return std::nullopt;
    Bytes bytes(text.size() / 4 * 3, '\0');
    const int length = EVP_DecodeBlock(raw(bytes), raw(text), static_cast<int>(text.size()));
    if (std::cmp_not_equal(length, bytes.size())) return std::nullopt;
    return bytes;
}

}  // namespace

std::string toHex(BytesView bytes) {
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), raw(bytes), bytes.size());
    text.pop_back();
    return text;
}

std::optional<Bytes> fromHex(std::string_view text) {
    Bytes bytes(text.size() / 2, '\0');
    std::size_t length = 0;
    const char* end = nullptr;
    if (text.size() % 2 != 0 ||
        sodium_hex2bin(raw(bytes), bytes.size(), text.data(), text.size(), nullptr, &length,
                       &end) != 0 ||
        length != bytes.size())
        return std::nullopt;
    return bytes;
}

std::string toBase64(BytesView bytes) {
    return encode64(bytes, sodium_base64_VARIANT_ORIGINAL);
}

std::optional<Bytes> fromBase64(std::string_view text) {
    // The end, where padding may be, and what has blanks in it are left to sodium.
    const auto head = text.size() < 8 ? 0 : (text.size() - 4) / 4 * 4;
    auto bytes = decodeDigits(text.substr(0, head));
    auto rest = decode64(text.substr(bytes ? head : 0), " \t\r\n", sodium_base64_VARIANT_ORIGINAL);
    if (!bytes || !rest) return rest;
    return std::move(*bytes) += *rest;
}

std::string toBase64Url(BytesView bytes) {
    return encode64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::optional<Bytes> fromBase64Url(std::string_view text) {
    return decode64(text, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

Bytes sha256(BytesView bytes) {
    // OpenSSL uses the processor's instructions for it, libsodium does not: pictures are hashed.
    static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    Bytes digest(crypto_hash_sha256_BYTES, '\0');
    if (EVP_Digest(bytes.data(), bytes.size(), raw(digest), nullptr, kSha256, nullptr) != 1)
        throw std::bad_alloc{};
    return digest;
}

std::string sha256Hex(BytesView bytes) {
    return toHex(sha256(bytes));
}

Bytes hmacSha256(BytesView key, BytesView message) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, raw(key), key.size());
    crypto_auth_hmacsha256_update(&state, raw(message), message.size());
    Bytes mac(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_final(&state, raw(mac));
    return mac;
}

bool equalInConstantTime(BytesView a, BytesView b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Bytes randomBytes(std::size_t count) {
    Bytes bytes(count, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

std::string percentEncode(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const unsigned char c : text) {
        const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                                c == '~';
        if (unreserved) {
            out.push_back(static_cast<char>(c));
        } else {
            out.push_back('%');
            out.push_back(kHex[c >> 4]);
            out.push_back(kHex[c & 0x0f]);
        }
    }
    return out;
}

}  // namespace atelier
