#pragma once

#include "http/operation_table.h"
#include "http/range.h"
#include "ports/blob_store.h"
#include "service/link_signer.h"

namespace atelier::http {

/// /files: pictures behind signed links.
class FileHandlers {
  public:
    FileHandlers(BlobStore& blobs, const LinkSigner& links) : blobs_{blobs}, links_{links} {}
    void bind(OperationTable& table);

  private:
    Task<Answer> getFile(CallPtr call);
    Task<Answer> send(std::string key, ByteRange part);

    BlobStore& blobs_;
    const LinkSigner& links_;
};

}  // namespace atelier::http
