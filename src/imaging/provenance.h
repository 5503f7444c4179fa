#pragma once

#include "ports/imaging.h"

namespace atelier::imaging {

/// The XMP packet that says how a picture came to be.
/// Source: IPTC Photo Metadata, DigitalSourceType; newscodes.iptc.org/digitalsourcetype.
std::string xmpPacket(Origin origin);

/// Writes the packet into an encoded JPEG, PNG or WebP, whose pixels stay as they are. Content of
/// other kinds comes back unchanged. The picture must not carry XMP yet, as ours never do. Sources:
/// XMP specification part 3 (JPEG APP1, PNG iTXt), WebP container specification.
Bytes withXmp(BytesView content, const std::string& packet);

}  // namespace atelier::imaging
