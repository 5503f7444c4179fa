#include "imaging/provenance.h"

#include <fmt/format.h>
#include <zlib.h>

#include "imaging/webp_chunks.h"

using namespace std::string_view_literals;

namespace atelier::imaging {
namespace {

std::string bigEndian(std::size_t value, int bytes) {
    std::string text;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        text += static_cast<char>(value >> shift & 0xFF);
    }
    return text;
}

/// After the JFIF segment, which has to come first.
Bytes intoJpeg(BytesView jpeg, const std::string& packet) {
    std::size_t at = 2;
    if (jpeg.substr(at, 2) == "\xFF\xE0"sv) {
        const auto length = static_cast<unsigned char>(jpeg[at + 2]) << 8 |
                            static_cast<unsigned char>(jpeg[at + 3]);
        at += 2 + static_cast<std::size_t>(length);
    }
    const auto body = std::string("http://ns.adobe.com/xap/1.0/\0"sv) + packet;
    return Bytes(jpeg.substr(0, at)) + "\xFF\xE1" + bigEndian(body.size() + 2, 2) + body +
           Bytes(jpeg.substr(at));
}

/// After the header chunk.
Bytes intoPng(BytesView png, const std::string& packet) {
    constexpr std::size_t kAfterHeader = 8 + 25;
    const auto body = std::string("iTXtXML:com.adobe.xmp\0\0\0\0\0"sv) + packet;
    const auto sum =
        crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
    return Bytes(png.substr(0, kAfterHeader)) + bigEndian(body.size() - 4, 4) + body +
           bigEndian(sum, 4) + Bytes(png.substr(kAfterHeader));
}

std::string_view sourceType(Origin origin) {
    switch (origin) {
        case Origin::Generated:
            return "trainedAlgorithmicMedia";
        case Origin::Composite:
            return "compositeWithTrainedAlgorithmicMedia";
    }
    return {};
}

}  // namespace

std::string xmpPacket(Origin origin) {
    return fmt::format(
        "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
        "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
        "<rdf:Description rdf:about=\"\" "
        "xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\">"
        "<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/{}"
        "</Iptc4xmpExt:DigitalSourceType></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket "
        "end=\"r\"?>",
        sourceType(origin));
}

Bytes withXmp(BytesView content, const std::string& packet) {
    if (content.starts_with("\xFF\xD8\xFF")) {
        return intoJpeg(content, packet);
    }
    if (content.starts_with("\x89PNG")) {
        return intoPng(content, packet);
    }
    if (content.starts_with("RIFF") && content.substr(8, 4) == "WEBP") {
        auto chunks = readWebp(content);
        addWebpMetadata(chunks, "XMP ", packet);
        return writeWebp(chunks);
    }
    return Bytes(content);
}

}  // namespace atelier::imaging
