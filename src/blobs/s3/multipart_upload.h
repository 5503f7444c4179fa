#pragma once

#include "blobs/s3/client.h"
#include "util/worker_pool.h"

namespace atelier::s3 {

/// The size of all parts but the last; S3 wants 5 MiB at least and 10,000 parts at most.
inline constexpr std::size_t kPartBytes = 8U << 20;

/// Stores `content` under `key` in parts, one after the other, so that a broken connection costs
/// one part. The object is there as a whole or not at all; what a failure leaves behind is removed.
/// Parts that a crash leaves are invisible and are removed by a lifecycle rule of the bucket
/// (docs/operations.md). Parts are hashed on `pool`. Errors: NotReady.
Task<Result<>> uploadInParts(Client& client, WorkerPool& pool, std::string key,
                             std::string content_type, SharedBytes content);

}  // namespace atelier::s3
