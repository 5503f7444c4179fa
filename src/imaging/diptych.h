#pragma once

#include "imaging/recent_photos.h"
#include "ports/imaging.h"

namespace atelier::imaging {

/// How the person's half of the canvas is laid out.
struct PanelPlan {
    Size person;  ///< the person's picture, proportions kept
    Size panel;   ///< one half of the canvas: multiples of 16 that hold the person
};

/// Longest side 1024, as the model was trained for; small photos are enlarged to 768. Source:
/// bfl-api.md §6.
PanelPlan planPanel(Size person);

/// See Imaging::diptych.
Result<Diptych> makeDiptych(BytesView garment, BytesView person, BytesView mask,
                            RecentPhotos& photos);

}  // namespace atelier::imaging
