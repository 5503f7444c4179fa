#include "imaging/webp_chunks.h"

#include <algorithm>
#include <cstdint>

namespace atelier::imaging {
namespace {

constexpr std::size_t kRiffHeader = 12, kChunkHeader = 8;

std::size_t littleEndian(BytesView four) {
    std::size_t value = 0;
    for (int i = 3; i >= 0; --i) {
        value = value << 8 | static_cast<unsigned char>(four[i]);
    }
    return value;
}

std::string littleEndian(std::size_t value) {
    std::string text;
    for (int shift = 0; shift < 32; shift += 8) {
        text += static_cast<char>(value >> shift & 0xFF);
    }
    return text;
}

char headerBit(const std::string& name) {
    return name == "EXIF" ? 0x08 : name == "XMP " ? 0x04 : 0;
}

WebpChunk* headerOf(std::vector<WebpChunk>& chunks) {
    const bool extended =
        !chunks.empty() && chunks.front().name == "VP8X" && !chunks.front().data.empty();
    return extended ? &chunks.front() : nullptr;
}

}  // namespace

std::vector<WebpChunk> readWebp(BytesView content) {
    std::vector<WebpChunk> chunks;
    for (std::size_t at = kRiffHeader; at + kChunkHeader <= content.size();) {
        const auto length = littleEndian(content.substr(at + 4, 4));
        if (length > content.size() - at - kChunkHeader) {
            break;
        }
        chunks.push_back(
            {std::string(content.substr(at, 4)), Bytes(content.substr(at + kChunkHeader, length))});
        at += kChunkHeader + length + length % 2;
    }
    return chunks;
}

Bytes writeWebp(const std::vector<WebpChunk>& chunks) {
    Bytes body = "WEBP";
    for (const auto& chunk : chunks) {
        body += chunk.name + littleEndian(chunk.data.size()) + chunk.data;
        if (chunk.data.size() % 2 != 0) {
            body += '\0';
        }
    }
    return "RIFF" + littleEndian(body.size()) + body;
}

void addWebpMetadata(std::vector<WebpChunk>& chunks, const std::string& name, Bytes data) {
    if (auto* header = headerOf(chunks)) {
        header->data[0] = static_cast<char>(header->data[0] | headerBit(name));
        chunks.push_back({name, std::move(data)});
    }
}

void removeWebpMetadata(std::vector<WebpChunk>& chunks, const std::string& name) {
    if (auto* header = headerOf(chunks)) {
        header->data[0] = static_cast<char>(header->data[0] & ~headerBit(name));
    }
    std::erase_if(chunks, [&](const WebpChunk& chunk) { return chunk.name == name; });
}

}  // namespace atelier::imaging
