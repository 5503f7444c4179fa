#pragma once

#include "ports/imaging.h"

namespace atelier::imaging {

/// See Imaging::contactSheet. A picture that does not decode leaves a card that says so.
Result<EncodedImage> makeContactSheet(
    const std::vector<std::pair<std::string, SharedBytes>>& pictures);

}  // namespace atelier::imaging
