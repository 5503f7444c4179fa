#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/settings.h"
#include "contract/contract.h"

namespace atelier::bfl {

/// Scheme, host (lower case) and port of an http or https URL.
struct Origin {
    std::string scheme;
    std::string host;
    int port = 0;

    bool operator==(const Origin&) const = default;
    std::string str() const;
};

/// Empty for anything but a plain absolute URL: no user name, no blanks, no
/// characters on which parsers disagree.
std::optional<Origin> originOf(std::string_view url);

/// Where requests may go. Immutable, thread-safe.
class Hosts {
  public:
    /// `base_url` empty: the contract's host of `region`.
    Hosts(BflRegion region, const std::string& base_url);

    /// Base URL for an endpoint; empty when the region may not be left for it.
    std::optional<std::string> baseFor(const contract::Endpoint& endpoint) const;

    /// Whether the key may be sent to `url`: the configured base, or https under the
    /// provider's domain and within the pinned region.
    bool mayPoll(std::string_view url) const;

    enum class Delivery { Refused, Trusted, PublicOnly };
    /// How a finished picture may be fetched: from the configured base as it is, from
    /// anywhere else by https and at public addresses only; never from a delivery
    /// host of the other region when one is pinned.
    Delivery delivery(std::string_view url) const;

    const std::string& base() const { return base_; }
    bool isCustom() const { return custom_; }

  private:
    bool inRegion(const std::string& host) const;

    BflRegion region_;
    bool custom_;
    std::string base_;
    std::optional<Origin> base_origin_;
};

}  // namespace atelier::bfl
