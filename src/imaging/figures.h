#pragma once

#include "ports/imaging.h"

namespace atelier::imaging {

/// A striped T-shirt with a print on its chest, on white, 768×1024, PNG. Drawn by us: free to use.
EncodedImage drawDefaultGarment();

/// A drawn person, head to knees, in plain clothes on a calm background, 768×1024, PNG; works with
/// automatic masks. For demonstrations without a network.
EncodedImage drawDefaultFigure();

}  // namespace atelier::imaging
