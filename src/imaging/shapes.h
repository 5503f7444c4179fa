#pragma once

#include <opencv2/core.hpp>

/// Shapes of masks (8 bit, 255 = inside). Radii in pixels; round, by distance transform, so that
/// the time does not depend on the radius.
namespace atelier::imaging {

cv::Mat grown(const cv::Mat& mask, float radius);
cv::Mat shrunk(const cv::Mat& mask, float radius);
/// Gaps narrower than twice the radius filled; the picture's border does not count as a gap.
cv::Mat closed(const cv::Mat& mask, float radius);
/// Parts narrower than twice the radius removed.
cv::Mat opened(const cv::Mat& mask, float radius);
/// The components of `mask` that touch `seeds`.
cv::Mat connectedTo(const cv::Mat& mask, const cv::Mat& seeds);
/// Sets rows from … to (excluded) to 0.
void clearRows(cv::Mat& mask, float from, float to);
/// Sets everything but columns from … to (excluded) to 0.
void keepColumns(cv::Mat& mask, float from, float to);
cv::Mat ellipse(cv::Size size, cv::Point2f centre, cv::Size2f half, float degrees = 0);

}  // namespace atelier::imaging
