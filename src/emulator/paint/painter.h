#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "contract/contract.h"
#include "emulator/paint/canvas.h"
#include "util/bytes.h"

namespace atelier::emulator::paint {

struct NamedImage {
    std::string field;
    Bytes bytes;
};

/// All that a picture depends on: the same order gives the same bytes.
struct Order {
    const contract::Endpoint* endpoint = nullptr;
    boost::json::object fields;  ///< coerced, without pictures
    std::vector<NamedImage> images;
    std::int64_t seed = 0;
    Size output;

    /// Empty when absent.
    BytesView image(std::string_view field) const;
    std::string text(std::string_view field) const;
    std::int64_t integer(std::string_view field) const;
    std::string format() const;  ///< jpeg, png or webp
};

/// Makes the picture, encoded. CPU-bound; about 50 ms per megapixel. Thread-safe.
/// Throws std::exception when an input turns out to be damaged.
Bytes paint(const Order& order);

/// A small grey JPEG.
const Bytes& tinyPicture();

}  // namespace atelier::emulator::paint
