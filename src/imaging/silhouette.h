#pragma once

#include <opencv2/core.hpp>
#include <optional>

#include "imaging/face_finder.h"

namespace atelier::imaging {

/// The person's outline in a working-size picture.
struct Silhouette {
    cv::Mat mask;           ///< 8 bit, 255 = person
    cv::Rect box;           ///< around the mask
    double confidence = 0;  ///< 0…1
    bool plain_background = false;
    bool chest_seen = true;  ///< most of what must be below the face
};

/// Separates the person from the background: by colour distance where the background is plain
/// (studio photos), by GrabCut seeded with body proportions where it is not. Nothing when no
/// plausible person stands out.
std::optional<Silhouette> findSilhouette(const cv::Mat& rgb, const std::optional<Face>& face);

}  // namespace atelier::imaging
