#pragma once

#include <vector>

#include <opencv2/core/mat.hpp>

#include "emulator/paint/colours.h"

namespace atelier::emulator::paint {

/// Where a drawing's own coordinates lie on the canvas.
struct Frame {
    cv::Point2d origin;  ///< pixels
    double unit = 1;     ///< pixels

    cv::Point2d at(double x, double y) const { return {origin.x + x * unit, origin.y + y * unit}; }
};

using Outline = std::vector<cv::Point2d>;

/// How a shape is filled: darker towards its edge over `roundness` pixels.
struct Finish {
    double roundness = 0;
    double depth = 0.35;  ///< 0 flat … 1 black edges
    double softness = 0;  ///< blur of the edge itself, pixels
    double opacity = 1;
};

/// Fills the smooth closed curve through `points` (canvas pixels).
void fillCurve(cv::Mat& rgb, const Outline& points, const Colour& colour,
               const Finish& finish = {});
/// Fills the polygon.
void fillPolygon(cv::Mat& rgb, const Outline& points, const Colour& colour,
                 const Finish& finish = {});
void fillEllipse(cv::Mat& rgb, cv::Point2d centre, cv::Size2d radii, const Colour& colour,
                 const Finish& finish = {});
/// A smooth stroke through `points`.
void stroke(cv::Mat& rgb, const Outline& points, const Colour& colour, double width);
/// From `top` to `bottom`, rows `from` … `to`.
void gradient(cv::Mat& rgb, const Colour& top, const Colour& bottom, int from, int to);
/// Caption at the lower left.
void label(cv::Mat& rgb, const std::string& text);

}  // namespace atelier::emulator::paint
