#pragma once

#include <cstdlib>
#include <memory>

#include "blobs/s3/s3_blob_store.h"
#include "net/curl_http_client.h"
#include "support/run_task.h"
#include "util/encoding.h"
#include "util/system_clock.h"

namespace atelier::test {

inline constexpr auto kS3Endpoint = "ATELIER_TEST_S3_ENDPOINT";

/// A fresh bucket on the S3 of the tests, whose environment must be there.
class S3Bucket {
  public:
    S3Bucket() {
        settings.endpoint = std::getenv(kS3Endpoint);
        settings.bucket = "test-" + toHex(randomBytes(8));
        settings.access_key_id = std::getenv("ATELIER_TEST_S3_ACCESS_KEY_ID");
        settings.secret_access_key = std::getenv("ATELIER_TEST_S3_SECRET_ACCESS_KEY");
        settings.path_style = true;
        s3::Client client{settings, std::make_unique<CurlHttpClient>(), clock_, {}};
        runTask(client.send({.method = "PUT"})).value();
    }

    std::unique_ptr<S3BlobStore> open(const S3Settings& with) {
        return std::make_unique<S3BlobStore>(
            with, std::make_unique<CurlHttpClient>(), clock_, pool_,
            s3::Patience{.retries = {.max_retries = 2, .base = Millis{1}}});
    }
    std::unique_ptr<S3BlobStore> open() { return open(settings); }

    S3Settings settings;

  private:
    SystemClock clock_;
    WorkerPool pool_{"s3", 2, 1'000};
};

}  // namespace atelier::test
