#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "util/bytes.h"
#include "util/clock.h"

namespace atelier {

/// Makes and checks the signed, expiring links under which pictures are served:
/// `<base>/files/<key>?exp=<unix seconds>&sig=<base64url HMAC-SHA-256>`.
/// Thread-safe.
class LinkSigner {
  public:
    /// `secret` may be shared with other uses; the signing key is derived from it.
    LinkSigner(BytesView secret, const Clock& clock, Seconds lifetime = Seconds{3600});

    /// The public address of this service, without a trailing slash. Set once it
    /// is known (port 0 is only known after listening).
    void setBaseUrl(std::string url);
    std::string baseUrl() const;

    /// An absolute URL, valid for the lifetime.
    std::string fileUrl(std::string_view key) const;
    /// The same link with a new lifetime, at today's address; anything but a link that was signed
    /// here comes back as it is. For links that stand where only we write.
    std::string renewed(const std::string& url) const;
    /// True when `sig` fits and `exp` has not passed. Constant time in `sig`.
    bool verify(std::string_view key, std::string_view exp, std::string_view sig) const;

  private:
    std::string sign(std::string_view key, std::string_view exp) const;

    const Bytes key_;
    const Clock& clock_;
    const Seconds lifetime_;
    mutable std::mutex mutex_;
    std::string base_url_;  // guarded by mutex_
};

}  // namespace atelier
