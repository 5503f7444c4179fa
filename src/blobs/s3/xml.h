#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/blob_store.h"

namespace atelier::s3 {

/// What the `<Error>` of an answer says; empty where it does not say it.
struct ErrorBody {
    std::string code;
    std::string message;
    std::string region;  ///< where the bucket is, if it is elsewhere
};

/// Empty when `body` is something else, such as the page of a proxy.
std::optional<ErrorBody> parseError(const std::string& body);

/// One page of ListObjectsV2.
struct Listing {
    std::vector<BlobInfo> objects;  ///< of any key
    std::string continuation;       ///< of the next page; empty: this is the last one
};
std::optional<Listing> parseListing(const std::string& body);

/// The id in the answer to CreateMultipartUpload.
std::optional<std::string> parseUploadId(const std::string& body);

/// The time of the copy in the answer to CopyObject.
std::optional<Instant> parseCopyTime(const std::string& body);

/// The body of CompleteMultipartUpload; `etags` of the parts from number 1 on.
std::string completionOf(const std::vector<std::string>& etags);

}  // namespace atelier::s3
