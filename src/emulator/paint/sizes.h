#pragma once

#include <vector>

#include <boost/json/object.hpp>

#include "contract/contract.h"
#include "emulator/paint/canvas.h"

namespace atelier::emulator::paint {

/// The size of the picture that `endpoint` makes of `fields` (coerced) and inputs of
/// these sizes, by the rules of bfl-api.md §5; where nothing is published, one megapixel
/// in the wanted proportions.
Size outputSize(const contract::Endpoint& endpoint, const boost::json::object& fields,
                const std::vector<Size>& inputs);

/// Shrinks to at most `megapixels`, proportions kept, sides cut down to a multiple of `grid`.
Size fitted(Size size, double megapixels, int grid);

}  // namespace atelier::emulator::paint
