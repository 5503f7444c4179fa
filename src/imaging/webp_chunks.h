#pragma once

#include <string>
#include <vector>

#include "util/bytes.h"

/// The chunks of a WebP file. Source: WebP container specification (RIFF, VP8X).
namespace atelier::imaging {

struct WebpChunk {
    std::string name;  ///< four characters: "VP8X", "ALPH", "EXIF"
    Bytes data;
};

/// What follows a chunk that does not fit the file is dropped.
std::vector<WebpChunk> readWebp(BytesView content);
Bytes writeWebp(const std::vector<WebpChunk>& chunks);

/// Appends "XMP " or "EXIF" and says so in the header chunk, which is there in all files that
/// libvips writes; without one nothing is added.
void addWebpMetadata(std::vector<WebpChunk>& chunks, const std::string& name, Bytes data);
void removeWebpMetadata(std::vector<WebpChunk>& chunks, const std::string& name);

}  // namespace atelier::imaging
