#include "emulator/delivery.h"

#include <fmt/format.h>

#include "util/encoding.h"

namespace atelier::emulator {

namespace {

constexpr std::string_view kPrefix = "/results/";
constexpr std::size_t kBlobLength = 32;

/// `2026-11-23T22:00:00Z`: the storage service knows no fractions.
std::string wholeSeconds(Instant at) {
    return toRfc3339(at).substr(0, 19) + "Z";
}

std::string field(const std::map<std::string, std::string>& query, const std::string& name) {
    const auto found = query.find(name);
    return found == query.end() ? std::string{} : found->second;
}

}  // namespace

std::string DeliveryLinks::sign(const std::string& path, const std::string& expires,
                                const std::string& type) const {
    return toBase64(hmacSha256(key_, fmt::format("{}\n{}\n{}", path, expires, type)));
}

std::string DeliveryLinks::make(const std::string& blob, const std::string& content_type,
                                Instant expires) const {
    const auto extension = content_type.substr(content_type.find('/') + 1);
    const auto path = fmt::format("{}{}/sample.{}", kPrefix, blob, extension);
    const auto until = wholeSeconds(expires);
    return fmt::format("{}?se={}&sp=r&sv=2024-11-04&sr=b&rsct={}&sig={}", path,
                       percentEncode(until), content_type,
                       percentEncode(sign(path, until, content_type)));
}

DeliveryLinks::Verdict DeliveryLinks::verify(const std::string& path,
                                             const std::map<std::string, std::string>& query,
                                             Instant now) const {
    const auto until = field(query, "se");
    const auto expires = parseRfc3339(until);
    if (!expires ||
        !equalInConstantTime(sign(path, until, field(query, "rsct")), field(query, "sig")))
        return Verdict::Forged;
    return *expires < now ? Verdict::Expired : Verdict::Good;
}

std::string DeliveryLinks::blobOf(std::string_view path) {
    if (!path.starts_with(kPrefix)) return {};
    path.remove_prefix(kPrefix.size());
    if (path.size() <= kBlobLength || path[kBlobLength] != '/') return {};
    return std::string{path.substr(0, kBlobLength)};
}

}  // namespace atelier::emulator
