#include "imaging/regions.h"

#include <opencv2/imgproc.hpp>

namespace atelier::imaging {
namespace {

cv::Mat disc(float radius) {
    const int r = std::max(1, cvRound(radius));
    return cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * r + 1, 2 * r + 1});
}

cv::Mat grown(const cv::Mat& mask, float radius) {
    cv::Mat result;
    cv::dilate(mask, result, disc(radius));
    return result;
}

void clearRows(cv::Mat& mask, float from, float to) {
    const int top = std::clamp(cvRound(from), 0, mask.rows), bottom = std::clamp(cvRound(to), top, mask.rows);
    mask.rowRange(top, bottom).setTo(0);
}

float bottomOf(const Body& body) { return static_cast<float>(body.silhouette.rows); }

/// Gaps narrower than `radius` closed, as between arm and body: the outline betrays no sleeve.
cv::Mat closed(const cv::Mat& mask, float radius) {
    const int border = cvRound(radius) + 2;
    cv::Mat padded;
    cv::copyMakeBorder(mask, padded, border, border, border, border, cv::BORDER_CONSTANT, cv::Scalar(0));
    cv::morphologyEx(padded, padded, cv::MORPH_CLOSE, disc(radius));
    return padded(cv::Rect(border, border, mask.cols, mask.rows)).clone();
}

/// What no category may touch.
cv::Mat kept(const Body& body) {
    cv::Mat keep = grown(body.head, 0.03F * body.unit) | grown(body.hands, 0.03F * body.unit);
    return keep;
}

/// Torso and arms down to `bottom`, arms also below it.
cv::Mat upper(const Body& body, float bottom, float margin) {
    const float u = body.unit;
    cv::Mat region = body.silhouette & ~body.head;
    clearRows(region, 0, body.chin);
    cv::Mat torso = region.clone();
    clearRows(torso, bottom, bottomOf(body));
    cv::Mat arms = region & ~body.lower;
    clearRows(arms, 0, body.hem - 0.2F * u);
    region = closed(torso | arms, 0.45F * u);
    region = grown(region, margin * u);
    clearRows(region, 0, body.chin - 0.35F * u);
    cv::Mat spared = body.lower.clone();
    clearRows(spared, 0, bottom + 0.1F * u);
    return region & ~spared;
}

cv::Mat lower(const Body& body) {
    const float u = body.unit;
    cv::Mat region = body.silhouette & ~body.head;
    cv::Mat legs = body.lower.clone();
    clearRows(region, 0, body.hem - 0.25F * u);
    clearRows(region, body.hem + 0.4F * u, bottomOf(body));
    region |= legs;
    if (body.feet_seen) {
        clearRows(region, body.feet - 0.55F * u, bottomOf(body));
    }
    return grown(closed(region, 0.6F * u), 0.2F * u);
}

cv::Mat fullBody(const Body& body) {
    const float u = body.unit;
    cv::Mat region = body.silhouette & ~body.head;
    clearRows(region, 0, body.chin);
    if (body.feet_seen) {
        clearRows(region, body.feet - 0.55F * u, bottomOf(body));
    }
    region = grown(closed(region, 0.6F * u), 0.25F * u);
    clearRows(region, 0, body.chin - 0.35F * u);
    return region;
}

cv::Mat footwear(const Body& body) {
    const float u = body.unit;
    cv::Mat region = body.silhouette.clone();
    clearRows(region, 0, body.feet - 1.0F * u);
    return grown(closed(region, 0.2F * u), 0.25F * u);
}

cv::Mat box(const Body& body, float left, float top, float right, float bottom) {
    cv::Mat region(body.silhouette.size(), CV_8UC1, cv::Scalar(0));
    const float u = body.unit;
    cv::rectangle(region, cv::Point2f(body.axis + left * u, body.chin + top * u),
                  cv::Point2f(body.axis + right * u, body.chin + bottom * u), cv::Scalar(255), -1);
    return region;
}

cv::Mat headwear(const Body& body) {
    const float u = body.unit;
    cv::Mat region(body.silhouette.size(), CV_8UC1, cv::Scalar(0));
    const cv::Point2f brow(body.axis, body.chin - 0.85F * u);
    cv::ellipse(region, cv::Point(brow), cv::Size(cvRound(0.95F * u), cvRound(0.9F * u)), 0, 180, 360,
                cv::Scalar(255), -1);
    return region;
}

/// Beside the hip, where a bag hangs: on the side with more room.
cv::Mat bag(const Body& body) {
    const bool right = body.axis < body.silhouette.cols / 2.0F;
    return right ? box(body, 0.6F, 2.2F, 2.6F, 5.2F) : box(body, -2.6F, 2.2F, -0.6F, 5.2F);
}

/// Neck and upper chest: scarves, necklaces, ties.
cv::Mat accessory(const Body& body) {
    cv::Mat region = box(body, -1.0F, 0.0F, 1.0F, 1.6F) & grown(body.silhouette, 0.1F * body.unit);
    return region;
}

}  // namespace

cv::Mat regionFor(const Body& body, Category category) {
    const float u = body.unit;
    cv::Mat keep = kept(body);
    switch (category) {
        case Category::UpperBody: return upper(body, body.hem, 0.28F) & ~keep;
        case Category::Outerwear: return upper(body, body.hem + 0.9F * u, 0.34F) & ~keep;
        case Category::LowerBody: return lower(body) & ~keep;
        case Category::Dress:
        case Category::FullBody: return fullBody(body) & ~keep;
        case Category::Footwear: return footwear(body);
        case Category::Headwear: return headwear(body);
        case Category::Bag: return bag(body) & ~keep;
        case Category::Accessory: return accessory(body) & ~keep;
    }
    return {};
}

}  // namespace atelier::imaging
