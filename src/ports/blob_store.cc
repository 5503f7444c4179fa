#include "ports/blob_store.h"

#include <algorithm>

#include "util/encoding.h"

namespace atelier {

std::string blobKey(BytesView content, std::string_view extension) {
    return sha256Hex(content) + "." + std::string{extension};
}

bool isBlobKey(std::string_view key) {
    constexpr std::size_t kHexLength = 64;
    if (key.size() < kHexLength + 2 || key[kHexLength] != '.') return false;
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    const auto extension = key.substr(kHexLength + 1);
    return std::ranges::all_of(key.substr(0, kHexLength), is_hex) &&
           (extension == "jpg" || extension == "png" || extension == "webp");
}

std::string contentTypeOf(std::string_view key) {
    if (key.ends_with(".jpg")) return "image/jpeg";
    if (key.ends_with(".png")) return "image/png";
    if (key.ends_with(".webp")) return "image/webp";
    return "application/octet-stream";
}

std::string extensionOf(std::string_view content_type) {
    if (content_type == "image/jpeg") return "jpg";
    if (content_type == "image/png") return "png";
    if (content_type == "image/webp") return "webp";
    return "bin";
}

}  // namespace atelier
