#include "bfl/hosts.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "util/names.h"

namespace atelier::bfl {
namespace {

constexpr std::string_view kDomain = ".bfl.ai";

bool isHostChar(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool isPlain(std::string_view url) {
    return std::ranges::all_of(url,
                               [](char c) { return c > ' ' && c < 0x7f && c != '\\' && c != '@'; });
}

std::string lowerCase(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    return out;
}

/// `eu2` of `api.eu2.bfl.ai` and of `delivery-eu2.bfl.ai`.
std::string_view cluster(std::string_view host) {
    host.remove_suffix(std::min(kDomain.size(), host.size()));
    return host.substr(std::min(host.find_first_of(".-"), host.size() - 1) + 1);
}

}  // namespace

std::string Origin::str() const {
    return fmt::format("{}://{}:{}", scheme, host, port);
}

std::optional<Origin> originOf(std::string_view url) {
    if (!isPlain(url)) return std::nullopt;
    Origin origin;
    const auto colon = url.find("://");
    if (colon == url.npos) return std::nullopt;
    origin.scheme = lowerCase(url.substr(0, colon));
    if (origin.scheme != "http" && origin.scheme != "https") return std::nullopt;
    url.remove_prefix(colon + 3);
    const auto authority = url.substr(0, url.find_first_of("/?#"));
    const auto port_at = authority.starts_with('[') ? authority.find("]:") : authority.rfind(':');
    const bool has_port = port_at != authority.npos;
    const auto host_end = authority.starts_with('[') && has_port ? port_at + 1 : port_at;
    origin.host = lowerCase(authority.substr(0, host_end));
    std::string_view name = origin.host;
    if (name.starts_with('[') && name.ends_with(']')) {
        name = name.substr(1, name.size() - 2);
        if (!std::ranges::all_of(name, [](char c) { return isHostChar(c) || c == ':'; }))
            return std::nullopt;
    } else if (name.empty() || !std::ranges::all_of(name, isHostChar)) {
        return std::nullopt;
    }
    origin.port = origin.scheme == "https" ? 443 : 80;
    if (!has_port) return origin;
    const auto digits = authority.substr(host_end + 1);
    const auto [end, ec] =
        std::from_chars(digits.data(), digits.data() + digits.size(), origin.port);
    if (ec != std::errc{} || end != digits.data() + digits.size() || origin.port < 1 ||
        origin.port > 65535)
        return std::nullopt;
    return origin;
}

Hosts::Hosts(BflRegion region, const std::string& base_url)
    : region_{region},
      custom_{!base_url.empty()},
      base_{custom_ ? base_url : contract::Contract::bfl().host(nameOf(region))},
      base_origin_{originOf(base_)} {
    while (base_.ends_with('/')) base_.pop_back();
}

std::optional<std::string> Hosts::baseFor(const contract::Endpoint& endpoint) const {
    if (custom_ || endpoint.host != "finetune") return base_;
    const auto& finetune = contract::Contract::bfl().finetuneHost();
    const auto origin = originOf(finetune);
    if (!origin || !inRegion(origin->host)) return std::nullopt;
    return finetune;
}

bool Hosts::inRegion(const std::string& host) const {
    if (custom_ || region_ == BflRegion::Global) return true;
    return cluster(host).starts_with(nameOf(region_));
}

bool Hosts::mayPoll(std::string_view url) const {
    const auto origin = originOf(url);
    if (!origin) return false;
    if (origin == base_origin_) return true;
    return origin->scheme == "https" && origin->host.ends_with(kDomain) && inRegion(origin->host);
}

Hosts::Delivery Hosts::delivery(std::string_view url) const {
    const auto origin = originOf(url);
    if (!origin) return Delivery::Refused;
    if (origin == base_origin_) return Delivery::Trusted;
    if (origin->scheme != "https") return Delivery::Refused;
    const auto elsewhere = region_ == BflRegion::Eu ? "us" : "eu";
    const bool pinned = !custom_ && region_ != BflRegion::Global;
    if (pinned && origin->host.ends_with(kDomain) && cluster(origin->host).starts_with(elsewhere))
        return Delivery::Refused;
    return Delivery::PublicOnly;
}

}  // namespace atelier::bfl
