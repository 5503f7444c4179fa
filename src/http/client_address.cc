#include "http/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>

#include "http/text.h"

namespace atelier::http {
namespace {

using Bytes16 = std::array<unsigned char, 16>;

struct ParsedAddress {
    Bytes16 bytes{};
    bool is_v4 = false;
};

std::optional<ParsedAddress> parseAddress(std::string_view text) {
    const std::string terminated{text};
    ParsedAddress out;
    if (::inet_pton(AF_INET6, terminated.c_str(), out.bytes.data()) == 1) return out;
    if (::inet_pton(AF_INET, terminated.c_str(), out.bytes.data() + 12) != 1) return std::nullopt;
    out.bytes[10] = out.bytes[11] = 0xFF;
    out.is_v4 = true;
    return out;
}

bool sameBits(const Bytes16& a, const Bytes16& b, int bits) {
    const auto whole = static_cast<std::size_t>(bits / 8);
    if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
    const auto rest = bits % 8;
    return rest == 0 || ((a.at(whole) ^ b.at(whole)) >> (8 - rest)) == 0;
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& entries) {
    TrustedProxies out;
    for (const auto& entry : entries) {
        std::string_view rest = entry;
        const auto address = parseAddress(cut(rest, '/'));
        const int most = address && address->is_v4 ? 32 : 128;
        const auto bits =
            entry.contains('/') ? digits(rest, most) : std::optional<std::int64_t>{most};
        if (!address || !bits)
            return failure(ErrorCode::ValidationFailed,
                           "not an address or CIDR block: \"" + entry + "\"");
        out.blocks_.push_back(
            {address->bytes, static_cast<int>(*bits) + (address->is_v4 ? 96 : 0)});
    }
    return out;
}

bool TrustedProxies::trusts(std::string_view address) const {
    const auto parsed = parseAddress(address);
    if (!parsed) return false;
    return std::ranges::any_of(blocks_, [&](const Block& block) {
        return sameBits(block.bytes, parsed->bytes, block.bits);
    });
}

std::string TrustedProxies::clientOf(std::string_view peer, std::string_view forwarded_for) const {
    std::string_view client = peer;
    while (!forwarded_for.empty() && !blocks_.empty() && trusts(client)) {
        const auto comma = forwarded_for.rfind(',');
        const auto next =
            trimmed(forwarded_for.substr(comma == std::string_view::npos ? 0 : comma + 1));
        forwarded_for =
            comma == std::string_view::npos ? std::string_view{} : forwarded_for.substr(0, comma);
        if (!parseAddress(next)) break;
        client = next;
    }
    return std::string{client};
}

}  // namespace atelier::http
