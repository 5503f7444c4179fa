#include "app/open_blobs.h"

#include "blobs/disk/disk_blob_store.h"
#include "blobs/s3/s3_blob_store.h"
#include "net/curl_http_client.h"

namespace atelier {

Result<std::unique_ptr<BlobStore>> openBlobs(const Settings& settings, Clock& clock,
                                             WorkerPool& pool) {
    if (!settings.s3.bucket) return DiskBlobStore::open(settings.data.dir / "blobs", pool);
    auto blobs =
        std::make_unique<S3BlobStore>(settings.s3, std::make_unique<CurlHttpClient>(), clock, pool);
    auto answered = drogon::sync_wait(blobs->ping());
    if (!answered) return failure(std::move(answered.error()));
    return blobs;
}

}  // namespace atelier
