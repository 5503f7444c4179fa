#pragma once

#include <map>
#include <string>
#include <string_view>

#include "util/time.h"

namespace atelier::emulator {

/// Signed links to pictures, in the shape of the provider's storage
/// (`/results/<32 hex>/sample.jpeg?se=…&sp=r&sv=…&sr=b&rsct=…&sig=…`). Immutable.
class DeliveryLinks {
  public:
    explicit DeliveryLinks(std::string key) : key_{std::move(key)} {}

    /// Path and query of a link that is good until `expires`.
    std::string make(const std::string& blob, const std::string& content_type,
                     Instant expires) const;

    enum class Verdict { Good, Expired, Forged };
    Verdict verify(const std::string& path, const std::map<std::string, std::string>& query,
                   Instant now) const;

    /// The blob of `/results/<blob>/sample.…`; empty for other paths.
    static std::string blobOf(std::string_view path);

  private:
    std::string sign(const std::string& path, const std::string& expires,
                     const std::string& type) const;

    const std::string key_;
};

}  // namespace atelier::emulator
