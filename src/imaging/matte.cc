#include "imaging/matte.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "imaging/shapes.h"

namespace atelier::imaging {
namespace {

constexpr double kReach = 0.012;        // of the longest side: as far hair stands off the outline
constexpr float kTellsApart = 20 * 20;  // squared grey levels between the two colours
constexpr float kNothing = 0.06F, kAll = 0.94F;  // shares of the person that are noise

}  // namespace

cv::Mat localMean(const cv::Mat& rgb, const cv::Mat& where, int window) {
    cv::Mat weight, sum, total, weights, colours;
    where.convertTo(weight, CV_32F, 1.0 / 255);
    cv::merge(std::vector<cv::Mat>{weight, weight, weight}, weights);
    rgb.convertTo(colours, CV_32F);
    cv::blur(colours.mul(weights), sum, {window, window});
    cv::blur(weights, total, {window, window});
    return sum / (total + cv::Scalar::all(1e-4));
}

Matte makeMatte(const cv::Mat& photo, const cv::Mat& mask) {
    const auto reach = static_cast<float>(std::max(2.0, kReach * std::max(mask.cols, mask.rows)));
    const int window = 4 * cvRound(reach) + 1;
    const cv::Mat kept = ~mask;
    Matte matte;
    localMean(photo, shrunk(kept, 0.3F * reach), window).convertTo(matte.person, CV_8U);
    localMean(photo, shrunk(mask, reach), window).convertTo(matte.background, CV_8U);
    cv::Mat distance;
    cv::distanceTransform(mask, distance, cv::DIST_L2, 3);
    cv::Mat(255 * (1 - distance / reach)).convertTo(matte.reach, CV_8U);
    // Nothing is known where one of the two is too far.
    cv::Mat near_person, near_background;
    cv::dilate(shrunk(kept, 0.3F * reach), near_person,
               cv::getStructuringElement(cv::MORPH_RECT, {window, window}));
    cv::dilate(shrunk(mask, reach), near_background,
               cv::getStructuringElement(cv::MORPH_RECT, {window, window}));
    matte.reach.setTo(0, ~(near_person & near_background));
    return matte;
}

bool mixIn(const cv::Vec3b& person, const cv::Vec3b& background, const uchar* fresh, int reach,
           uchar* pixel) {
    float along = 0, apart = 0;
    for (int c = 0; c < 3; ++c) {
        const float way = static_cast<float>(person[c] - background[c]);
        along += way * static_cast<float>(pixel[c] - background[c]);
        apart += way * way;
    }
    if (apart < kTellsApart) return false;
    const float share = std::clamp((along / apart - kNothing) / (kAll - kNothing), 0.0F, 1.0F) *
                        static_cast<float>(std::min(255, 2 * reach)) / 255;
    if (share <= 0) {
        std::copy_n(fresh, 3, pixel);
        return true;
    }
    for (int c = 0; c < 3; ++c) {
        pixel[c] =
            cv::saturate_cast<uchar>(static_cast<float>(pixel[c]) +
                                     (1 - share) * static_cast<float>(fresh[c] - background[c]));
    }
    return true;
}

}  // namespace atelier::imaging
