#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace atelier {

/// Binary content (an image, a request body). A string because every library
/// we hand it to (Drogon, libcurl, libvips) takes pointer and length.
using Bytes = std::string;
using BytesView = std::string_view;

/// Content shared between threads without copying; never modified after creation.
using SharedBytes = std::shared_ptr<const Bytes>;

inline SharedBytes share(Bytes bytes) {
    return std::make_shared<const Bytes>(std::move(bytes));
}

}  // namespace atelier
