#include "imaging/bombs.h"

#include <cstring>

#include <fmt/format.h>

namespace atelier::imaging {
namespace {

/// Encoders write ten, optimisers up to some thirty.
constexpr int kMostScans = 100;
/// Compressed bytes of text in a PNG; a thousandfold is what they may inflate to.
constexpr std::size_t kMostCompressedText = 256u << 10;
constexpr int kMostCompressedTexts = 16;

constexpr unsigned char kStartOfScan = 0xDA;
constexpr std::size_t kPngSignature = 8;
constexpr std::size_t kPngFrame = 12;  // length, type, checksum

std::size_t bigEndian(BytesView content, std::size_t at, std::size_t bytes) {
    std::size_t number = 0;
    for (std::size_t i = 0; i < bytes; ++i)
        number = number << 8 | static_cast<unsigned char>(content[at + i]);
    return number;
}

/// Markers that stand alone: fill bytes, stuffed zeros, TEM, restarts, SOI, EOI (ISO/IEC 10918-1,
/// B.1.1.3).
bool hasLength(unsigned char marker) {
    return marker != 0x00 && marker != 0x01 && marker != 0xFF && (marker < 0xD0 || marker > 0xD9);
}

/// zTXt, and iTXt whose flag after the keyword says so (PNG, 11.3.3).
bool isCompressedText(BytesView chunk, std::string_view type) {
    if (type == "zTXt") return true;
    if (type != "iTXt") return false;
    const auto end = chunk.find('\0');
    return end != chunk.npos && end + 1 < chunk.size() && chunk[end + 1] == 1;
}

Result<> refusePngTexts(BytesView content) {
    std::size_t bytes = 0;
    int texts = 0;
    for (auto at = kPngSignature; at + kPngFrame <= content.size();) {
        const auto length = bigEndian(content, at, 4);
        if (length > content.size() - at - kPngFrame) break;
        if (isCompressedText(content.substr(at + 8, length), content.substr(at + 4, 4))) {
            bytes += length;
            ++texts;
        }
        at += kPngFrame + length;
    }
    if (texts <= kMostCompressedTexts && bytes <= kMostCompressedText) return {};
    return failure(
        ErrorCode::ImageUndecodable,
        fmt::format("the PNG has {} compressed texts of {} bytes; at most {} of {} bytes "
                    "are read; export it without them",
                    texts, bytes, kMostCompressedTexts, kMostCompressedText));
}

}  // namespace

int jpegScans(BytesView content) {
    int scans = 0;
    for (std::size_t at = 0; at + 1 < content.size();) {
        const auto* found = static_cast<const char*>(
            std::memchr(content.data() + at, 0xFF, content.size() - at - 1));
        if (found == nullptr) break;
        at = static_cast<std::size_t>(found - content.data()) + 1;
        const auto marker = static_cast<unsigned char>(content[at]);
        if (!hasLength(marker)) {
            at += marker == 0xFF ? 0 : 1;
            continue;
        }
        if (marker == kStartOfScan) ++scans;
        if (at + 3 > content.size()) break;
        at += 1 + bigEndian(content, at + 1, 2);
    }
    return scans;
}

Result<> refuseBomb(BytesView content, Encoding encoding) {
    if (encoding == Encoding::Png) return refusePngTexts(content);
    if (encoding != Encoding::Jpeg) return {};
    const auto scans = jpegScans(content);
    if (scans <= kMostScans) return {};
    return failure(ErrorCode::ImageUndecodable,
                   fmt::format("the JPEG has {} scans; at most {} are decoded; export it again",
                               scans, kMostScans));
}

}  // namespace atelier::imaging
