#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "contract/check.h"
#include "emulator/paint/canvas.h"
#include "util/bytes.h"

namespace atelier::emulator {

/// One picture of a request: its bytes, or the address where the provider fetches it.
struct InputImage {
    std::string field;
    Bytes bytes;
    std::string url;   ///< empty when the bytes came with the request
    paint::Size size;  ///< known when the bytes are
};

/// What the image fields of a request hold, in the order of the contract.
struct InputImages {
    std::vector<InputImage> images;
    std::vector<contract::Violation> violations;

    /// Null when the field is absent.
    const InputImage* find(std::string_view field) const;
};

/// Takes the pictures out of `fields` (which contract::check accepted) and reads
/// their headers. `strict` refuses data URIs.
InputImages readImages(const contract::Endpoint& endpoint, const boost::json::object& fields,
                       bool strict);

}  // namespace atelier::emulator
