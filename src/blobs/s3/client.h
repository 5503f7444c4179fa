#pragma once

#include <expected>
#include <memory>
#include <string>

#include "blobs/s3/address.h"
#include "blobs/s3/failure.h"
#include "blobs/s3/sigv4.h"
#include "ports/http_client.h"
#include "util/backoff.h"
#include "util/clock.h"

namespace atelier::s3 {

/// A request to the bucket. All of them may be repeated without harm.
struct Request {
    std::string method = "GET";
    std::string key;  ///< empty: the bucket itself
    Pairs query{};
    Pairs headers{};
    SharedBytes body{};                      ///< null: none
    std::string body_sha256 = kEmptySha256;  ///< hexadecimal
    /// S3 may begin with 200 and end with an `<Error>` (CopyObject, CompleteMultipartUpload).
    bool may_fail_late = false;
    bool patient = true;     ///< repeated while it fails for a passing reason
    Millis timeout{10'000};  ///< of one try, beside what the body takes to send
};

using Answer = std::expected<HttpResponse, Failure>;

/// When a request is repeated.
struct Patience {
    RetryPolicy retries{.max_retries = 6, .base = Millis{100}, .cap = Millis{3'000}};
    Millis in_all{20'000};  ///< no retry begins later
};

/// Signs requests and sends them, again after a passing failure. Thread-safe.
class Client {
  public:
    Client(S3Settings settings, std::unique_ptr<HttpClient> http, Clock& clock, Patience patience);

    /// An answer with a status of 200 to 299; everything else is a Failure.
    Task<Answer> send(Request request);
    /// A link to GET an object for `lifetime`.
    std::string linkTo(std::string_view key, Seconds lifetime) const;
    /// `/bucket/key`, as CopyObject names its source.
    std::string sourceOf(std::string_view key) const;

  private:
    Task<Answer> sendOnce(Request request);
    Signable signableOf(const Request& request) const;

    const S3Settings settings_;
    const Address address_;
    const SigV4 signer_;
    const std::unique_ptr<HttpClient> http_;
    Clock& clock_;
    const Patience patience_;
};

}  // namespace atelier::s3
