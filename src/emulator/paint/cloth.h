#pragma once

#include <opencv2/core/mat.hpp>

#include "emulator/paint/colours.h"

namespace atelier::emulator::paint {

/// A garment: its pixels, also carried on beyond its edges, and where it is.
struct Cloth {
    cv::Mat rgb;    ///< CV_8UC3
    cv::Rect box;   ///< of the garment in it
    cv::Mat shape;  ///< CV_8UC1, white where the garment is; empty: everywhere
};

/// Finds the garment in a product photo on a plain background.
Cloth findCloth(const cv::Mat& photo);
/// Cloth of one colour.
Cloth plainCloth(const Colour& colour);

/// What a mask may show besides clothes.
enum class Around { Skin, SkinAndBackground };

/// The part of `mask` (CV_8UC1, white inside) where clothes are: neither skin nor, if
/// asked, a plain background shows there. All of the mask when too little would remain.
cv::Mat clothedPart(const cv::Mat& person, const cv::Mat& mask, Around around);

/// Whether the cloth covers all it is given, or keeps the garment's own outline.
enum class Cut { ToFit, AsItIs };

/// Puts `cloth` on the person where `where` is white, with the folds that are there.
void dress(cv::Mat& person, const cv::Mat& where, const Cloth& cloth, Cut cut = Cut::ToFit);

/// The smallest rectangle around the white of `mask`, stray specks left out.
cv::Rect boxOf(const cv::Mat& mask);

}  // namespace atelier::emulator::paint
