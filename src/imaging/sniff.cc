#include "imaging/sniff.h"

#include <array>
#include <cctype>
#include <optional>
#include <string>

#include <fmt/format.h>

using namespace std::string_view_literals;

namespace atelier::imaging {
namespace {

struct Signature {
    std::size_t offset;
    std::string_view bytes;
    std::string_view name;
};

// Formats people really send by mistake. Order matters: the "ftyp" box is shared by HEIC, AVIF and
// MP4.
constexpr std::array kRefused{
    Signature{0, "II*\0"sv, "TIFF"},
    Signature{0, "MM\0*"sv, "TIFF"},
    Signature{0, "II+\0"sv, "BigTIFF"},
    Signature{4, "ftypheic"sv, "HEIC"},
    Signature{4, "ftypheix"sv, "HEIC"},
    Signature{4, "ftypheim"sv, "HEIC"},
    Signature{4, "ftypheis"sv, "HEIC"},
    Signature{4, "ftyphev"sv, "HEIC"},  // hevc, hevx, hevm, hevs: sequences
    Signature{4, "ftypmif1"sv, "HEIF"},
    Signature{4, "ftypmsf1"sv, "HEIF"},
    Signature{4, "ftypavif"sv, "AVIF"},
    Signature{4, "ftypavis"sv, "AVIF"},
    Signature{4, "ftyp"sv, "video (MP4 or QuickTime)"},
    Signature{0, "%PDF"sv, "PDF"},
    Signature{0, "8BPS"sv, "Photoshop"},
    Signature{0, "BM"sv, "BMP"},
    Signature{0, "\0\0\1\0"sv, "icon"},
    Signature{0, "\xFF\x0A"sv, "JPEG XL"},
    Signature{0, "\0\0\0\x0CJXL "sv, "JPEG XL"},
    Signature{0, "\0\0\0\x0CjP  "sv, "JPEG 2000"},
    Signature{0, "PK\3\4"sv, "ZIP"},
    Signature{0, "\x1F\x8B"sv, "gzip"},
    Signature{0, "%!PS"sv, "PostScript"},
};

bool hasAt(BytesView content, std::size_t offset, std::string_view bytes) {
    return content.size() >= offset + bytes.size() && content.substr(offset, bytes.size()) == bytes;
}

std::optional<std::string_view> refusedName(BytesView content) {
    for (const auto& signature : kRefused) {
        if (hasAt(content, signature.offset, signature.bytes)) {
            return signature.name;
        }
    }
    const auto head = content.substr(0, 1024);
    if (head.contains("<svg")) {
        return "SVG";
    }
    if (head.contains("<html") || head.contains("<!DOCTYPE html")) {
        return "HTML";
    }
    return std::nullopt;
}

}  // namespace

Result<Encoding> sniff(BytesView content) {
    if (content.empty()) {
        return failure(ErrorCode::ImageUndecodable,
                       "the file is empty (0 bytes); send a JPEG, PNG, WebP or GIF picture");
    }
    if (hasAt(content, 0, "\xFF\xD8\xFF")) {
        return Encoding::Jpeg;
    }
    if (hasAt(content, 0, "\x89PNG\r\n\x1A\n")) {
        return Encoding::Png;
    }
    if (hasAt(content, 0, "RIFF") && hasAt(content, 8, "WEBP")) {
        return Encoding::Webp;
    }
    if (hasAt(content, 0, "GIF87a") || hasAt(content, 0, "GIF89a")) {
        return Encoding::Gif;
    }
    const auto name = refusedName(content);
    const auto what = name ? fmt::format("this is a {} file", *name)
                           : std::string("the content is not a picture");
    return failure(ErrorCode::UnsupportedMediaType,
                   what + "; JPEG, PNG, WebP and GIF are accepted, whatever the file's name says");
}

}  // namespace atelier::imaging
