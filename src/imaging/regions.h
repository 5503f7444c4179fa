#pragma once

#include "domain/asset.h"
#include "imaging/body.h"

namespace atelier::imaging {

/// The region to repaint at working size, 8 bit, 255 = repaint: generous and shape-neutral (whole arms, whole legs,
/// gaps between them), without face, hair and hands. Source: bfl-api.md §6.
cv::Mat regionFor(const Body& body, Category category);

}  // namespace atelier::imaging
