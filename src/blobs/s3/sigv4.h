#pragma once

#include <string>
#include <utility>
#include <vector>

#include "util/time.h"

namespace atelier::s3 {

/// Names and values, not encoded; for headers and queries.
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// SHA-256 of nothing, in hexadecimal: the payload hash of requests without a body.
inline constexpr auto kEmptySha256 =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What of a request is signed.
struct Signable {
    std::string method;
    std::string host;  ///< as in the Host header: with the port unless it is the scheme's own
    std::string path;  ///< not encoded, begins with a slash
    Pairs query;
    Pairs headers;  ///< without Host, X-Amz-Date and X-Amz-Content-Sha256, which come by themselves
    std::string body_sha256;  ///< hexadecimal
};

/// Signs requests with AWS Signature Version 4 in its form for S3 (the path is encoded once).
/// Source: docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and
/// sigv4-query-string-auth.html. Immutable, hence thread-safe.
class SigV4 {
  public:
    SigV4(std::string access_key_id, std::string secret_access_key, std::string region)
        : access_key_id_{std::move(access_key_id)},
          secret_{std::move(secret_access_key)},
          region_{std::move(region)} {}

    /// The headers to send: those of `request` and what the signature adds, but Host.
    Pairs headersFor(const Signable& request, Instant at) const;
    /// The query of a link to `request` that anyone may GET for `lifetime` (at most a week).
    std::string queryFor(Signable request, Instant at, Seconds lifetime) const;

  private:
    std::string scopeOf(const std::string& date) const;
    std::string signature(const std::string& canonical_request, const std::string& time) const;

    const std::string access_key_id_, secret_, region_;
};

/// `path` with everything percent-encoded but slashes and unreserved characters.
std::string encodedPath(std::string_view path);
/// `a=1&b=2`, encoded and in the order that is signed.
std::string encodedQuery(const Pairs& query);

}  // namespace atelier::s3
