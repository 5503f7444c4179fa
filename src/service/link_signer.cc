#include "service/link_signer.h"

#include <charconv>

#include <fmt/format.h>

#include "util/encoding.h"

namespace atelier {

LinkSigner::LinkSigner(BytesView secret, const Clock& clock, Seconds lifetime)
    : key_{hmacSha256(secret, "atelier file links")}, clock_{clock}, lifetime_{lifetime} {}

void LinkSigner::setBaseUrl(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    std::lock_guard lock{mutex_};
    base_url_ = std::move(url);
}

std::string LinkSigner::baseUrl() const {
    std::lock_guard lock{mutex_};
    return base_url_;
}

std::string LinkSigner::sign(std::string_view key, std::string_view exp) const {
    return toBase64Url(hmacSha256(key_, fmt::format("{}\n{}", key, exp)));
}

std::string LinkSigner::fileUrl(std::string_view key) const {
    const auto until = std::chrono::floor<Seconds>(clock_.now()) + lifetime_;
    const auto exp = std::to_string(until.time_since_epoch().count());
    return fmt::format("{}/files/{}?exp={}&sig={}", baseUrl(), key, exp, sign(key, exp));
}

std::string LinkSigner::renewed(const std::string& url) const {
    constexpr std::string_view kPath = "/files/", kExp = "?exp=", kSig = "&sig=";
    const auto path = url.find(kPath);
    const auto exp = url.find(kExp, path);
    const auto sig = url.find(kSig, exp);
    if (path == std::string::npos || exp == std::string::npos || sig == std::string::npos)
        return url;
    const std::string_view all{url};
    const auto key = all.substr(path + kPath.size(), exp - path - kPath.size());
    const auto until = all.substr(exp + kExp.size(), sig - exp - kExp.size());
    const bool ours = equalInConstantTime(sign(key, until), all.substr(sig + kSig.size()));
    return ours ? fileUrl(key) : url;
}

bool LinkSigner::verify(std::string_view key, std::string_view exp, std::string_view sig) const {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(exp.data(), exp.data() + exp.size(), seconds);
    if (error != std::errc{} || end != exp.data() + exp.size()) return false;
    if (!equalInConstantTime(sign(key, exp), sig)) return false;
    return clock_.now() < Instant{Seconds{seconds}};
}

}  // namespace atelier
