#pragma once

#include <string>

#include "domain/asset.h"
#include "imaging/body.h"

namespace atelier::imaging {

/// The region to repaint at working size.
struct Region {
    cv::Mat mask;           ///< 8 bit, 255 = repaint
    double confidence = 1;  ///< of the region, given the body
    std::string warning;    ///< empty when there is nothing to say
};

/// Generous and shape-neutral (whole arms, whole legs, gaps between them), without face, hair and
/// hands. Never empty. Source: bfl-api.md §6.
Region regionFor(const Body& body, Category category);

}  // namespace atelier::imaging
