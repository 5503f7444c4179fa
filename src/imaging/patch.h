#pragma once

#include <opencv2/core.hpp>

#include "domain/error.h"
#include "imaging/align.h"
#include "imaging/matte.h"

namespace atelier::imaging {

/// Photo, mask and answer at the answer's size: what is looked at before anything is pasted. RGB,
/// grey, RGB.
struct Small {
    cv::Mat person, mask, answer;
};

/// What is pasted, at the size of the answer, and how it maps to the person.
struct Patch {
    cv::Mat pixels;  ///< RGB, the person's part of the answer, its colours corrected
    Alignment alignment;
    Matte matte{};  ///< where the photo gets another background
};

/// Finds where the answer lies on the photo and takes on the photo's colours around the mask.
/// Errors: ProviderBadAnswer (empty), ProviderMisaligned (another picture, or moved too far).
Result<Patch> makePatch(const Small& small, bool of_background);

}  // namespace atelier::imaging
