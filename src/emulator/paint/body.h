#pragma once

#include <opencv2/core/mat.hpp>

namespace atelier::emulator::paint {

enum class Region { Torso, Legs, Whole };

/// White where a person, or whatever stands before the background, is.
cv::Mat silhouette(const cv::Mat& rgb);

/// Roughly the part of the body that a garment covers: by the face where one is found,
/// else by the proportions of the silhouette.
cv::Mat bodyPart(const cv::Mat& rgb, Region region);

}  // namespace atelier::emulator::paint
