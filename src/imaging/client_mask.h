#pragma once

#include "ports/imaging.h"

namespace atelier::imaging {

/// See Imaging::clientMask. A mask with transparency means: transparent = repaint. Source:
/// bfl-api.md §6.
Result<MaskResult> checkClientMask(BytesView mask, Size person);

}  // namespace atelier::imaging
