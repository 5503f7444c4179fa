#include "imaging/regions.h"

#include <vector>

#include <opencv2/imgproc.hpp>

#include "imaging/shapes.h"

namespace atelier::imaging {
namespace {

float bottomOf(const Body& body) {
    return static_cast<float>(body.silhouette.rows);
}

/// What no category may touch.
cv::Mat kept(const Body& body) {
    cv::Mat keep = grown(body.head, 0.03F * body.unit) | grown(body.hands, 0.03F * body.unit);
    return keep;
}

struct Hand {
    cv::Rect box;
    cv::Point2f wrist;
};

std::vector<Hand> handsOf(const Body& body) {
    cv::Mat labels, stats, centres;
    const int count = cv::connectedComponentsWithStats(body.hands, labels, stats, centres);
    std::vector<Hand> hands;
    for (int i = 1; i < count; ++i) {
        const cv::Rect box(stats.at<int>(i, 0), stats.at<int>(i, 1), stats.at<int>(i, 2),
                           stats.at<int>(i, 3));
        hands.push_back({box,
                         {static_cast<float>(box.x) + static_cast<float>(box.width) / 2,
                          static_cast<float>(box.y)}});
    }
    return hands;
}

/// A straight arm from the shoulder to the wrist: sleeves of the colour of what is behind them are
/// covered, too.
cv::Mat armTo(const Body& body, const Hand& hand) {
    const float u = body.unit, side = hand.wrist.x < body.axis ? -1.0F : 1.0F;
    cv::Mat arm(body.silhouette.size(), CV_8UC1, cv::Scalar(0));
    cv::line(arm, cv::Point2f(body.axis + side * 0.9F * u, body.shoulder + 0.4F * u),
             hand.wrist + cv::Point2f(0, 0.05F * u), cv::Scalar(255),
             std::max(1, cvRound(0.5F * u)));
    return arm & body.silhouette;
}

/// Nothing is repainted around and below hands that hang beside the hips.
void spareHands(const Body& body, const cv::Mat& torso, cv::Mat& region) {
    const float u = body.unit;
    for (const auto& hand : handsOf(body)) {
        if (hand.wrist.y < body.hem - 0.5F * u) {
            continue;
        }
        const int reach = cvRound(0.5F * u), top = cvRound(hand.wrist.y + 0.3F * u);
        const cv::Rect below =
            cv::Rect(hand.box.x - reach, top, hand.box.width + 2 * reach, region.rows) &
            cv::Rect({}, region.size());
        region(below) &= torso(below);
    }
}

/// Grown by `margin` faces, but little above the shoulders, where the neck and the hair are.
cv::Mat grownBelowShoulders(const Body& body, const cv::Mat& region, float margin) {
    cv::Mat wide = region.clone();
    clearRows(wide, 0, body.shoulder + 0.1F * body.unit);
    return grown(wide, margin * body.unit) | grown(region, 0.28F * body.unit);
}

/// Torso and arms down to `bottom`, arms also below it.
cv::Mat upper(const Body& body, float bottom, float margin) {
    const float u = body.unit;
    cv::Mat region = body.silhouette & ~body.head & ~body.hands;
    clearRows(region, 0, body.chin);
    cv::Mat torso = region.clone();
    clearRows(torso, bottom, bottomOf(body));
    cv::Mat arms = region & ~body.lower;
    clearRows(arms, 0, body.hem - 0.2F * u);
    cv::Mat limbs = cv::Mat::zeros(region.size(), CV_8UC1);
    if (!body.hem_seen) {
        for (const auto& hand : handsOf(body)) {
            limbs |= armTo(body, hand);
        }
    }
    region = closed(torso | arms | limbs, 0.9F * u);
    region = grownBelowShoulders(body, region, margin);
    clearRows(region, 0, body.chin - 0.35F * u);
    cv::Mat spared = body.lower & ~grown(limbs, 0.1F * u);
    clearRows(spared, 0, bottom + 0.1F * u);
    region &= ~spared;
    spareHands(body, torso, region);
    return region;
}

/// Legs and what they wear, from a little above the hem to the ankles.
cv::Mat lower(const Body& body) {
    const float u = body.unit;
    cv::Mat waist = body.silhouette & ~body.head;
    clearRows(waist, 0, body.hem - 0.25F * u);
    clearRows(waist, body.hem + 0.4F * u, bottomOf(body));
    keepColumns(waist, body.axis - 1.1F * u, body.axis + 1.1F * u);
    cv::Mat region = (waist | body.lower) & ~body.hands;
    if (body.feet_seen) {
        clearRows(region, body.feet - 0.55F * u, bottomOf(body));
    }
    return grown(closed(region, 0.6F * u), 0.22F * u);
}

/// Neck to ankles, arms included.
cv::Mat fullBody(const Body& body) {
    const float u = body.unit;
    cv::Mat region = body.silhouette & ~body.head & ~body.hands;
    clearRows(region, 0, body.chin);
    if (body.feet_seen) {
        clearRows(region, body.feet - 0.55F * u, bottomOf(body));
    }
    region = grownBelowShoulders(body, closed(region, 0.6F * u), 0.3F);
    clearRows(region, 0, body.chin - 0.35F * u);
    return region;
}

cv::Mat footwear(const Body& body) {
    const float u = body.unit;
    cv::Mat region = body.silhouette & ~body.hands;
    clearRows(region, 0, body.feet - 0.9F * u);
    return grown(closed(region, 0.2F * u), 0.25F * u);
}

/// A box with round corners, given in faces from the axis and the chin.
cv::Mat box(const Body& body, float left, float top, float right, float bottom) {
    constexpr float kRound = 0.35F;
    cv::Mat region(body.silhouette.size(), CV_8UC1, cv::Scalar(0));
    const float u = body.unit;
    cv::rectangle(region,
                  cv::Point2f(body.axis + (left + kRound) * u, body.chin + (top + kRound) * u),
                  cv::Point2f(body.axis + (right - kRound) * u, body.chin + (bottom - kRound) * u),
                  cv::Scalar(255), -1);
    return cv::countNonZero(region) > 0 ? grown(region, kRound * u) : region;
}

/// From the brow upwards and to the sides, where a hat sits; at least the top edge above the neck.
cv::Mat headwear(const Body& body) {
    const float u = body.unit, brow = std::max(body.chin - 0.85F * u, 0.1F * u);
    cv::Mat region = ellipse(body.silhouette.size(), {body.axis, brow}, {0.95F * u, 0.95F * u});
    clearRows(region, brow, bottomOf(body));
    return region;
}

/// Beside the hip, where a bag hangs: on the side with more room.
cv::Mat bag(const Body& body) {
    const bool right = body.axis < static_cast<float>(body.silhouette.cols) / 2;
    return right ? box(body, 0.6F, 2.0F, 2.7F, 5.2F) : box(body, -2.7F, 2.0F, -0.6F, 5.2F);
}

/// Neck and upper chest: scarves, necklaces, ties.
cv::Mat accessory(const Body& body) {
    cv::Mat region = box(body, -1.1F, -0.1F, 1.1F, 1.6F) & grown(body.silhouette, 0.1F * body.unit);
    return opened(region, 0.1F * body.unit);
}

/// Fills holes, and drops islands, that are too small to be anything that is kept or repainted:
/// what stays of the old garment in them would show.
void tidy(cv::Mat& mask, float unit) {
    const double smallest = 0.06 * unit * unit;
    std::vector<std::vector<cv::Point>> contours;
    std::vector<cv::Vec4i> families;
    cv::findContours(mask, contours, families, cv::RETR_CCOMP, cv::CHAIN_APPROX_NONE);
    for (std::size_t i = 0; i < contours.size(); ++i) {
        if (cv::contourArea(contours[i]) >= smallest) continue;
        const bool hole = families[i][3] >= 0;
        cv::drawContours(mask, contours, static_cast<int>(i), cv::Scalar(hole ? 255 : 0),
                         cv::FILLED);
    }
}

Region unsure(cv::Mat mask, double confidence, std::string warning) {
    return {std::move(mask), confidence, std::move(warning)};
}

Region withoutKept(const Body& body, Category category) {
    const cv::Mat keep = kept(body);
    const float below_hem = (bottomOf(body) - body.hem) / body.unit;
    switch (category) {
        case Category::UpperBody:
            return {upper(body, body.hem, 0.44F) & ~keep, 1, {}};
        case Category::Outerwear:
            return {upper(body, body.hem + 0.9F * body.unit, 0.5F) & ~keep, 1, {}};
        case Category::Dress:
        case Category::FullBody:
            return {fullBody(body) & ~keep, 1, {}};
        case Category::LowerBody:
            return below_hem > 0.8F
                       ? Region{lower(body) & ~keep, 1, {}}
                       : unsure(lower(body) & ~keep, 0.3, "the legs are not in the photo");
        case Category::Footwear:
            return body.feet_seen
                       ? Region{footwear(body), 1, {}}
                       : unsure(footwear(body) & ~keep, 0.3, "the feet are not in the photo");
        case Category::Headwear:
            return body.chin > 0.7F * body.unit
                       ? Region{headwear(body), 0.9, {}}
                       : unsure(headwear(body), 0.2, "the head is not in the photo");
        case Category::Bag:
            return unsure(bag(body) & ~keep, 0.6, {});
        case Category::Accessory:
            return unsure(accessory(body) & ~keep, 0.6, {});
    }
    return {};
}

}  // namespace

Region regionFor(const Body& body, Category category) {
    auto region = withoutKept(body, category);
    tidy(region.mask, body.unit);
    if (cv::countNonZero(region.mask) < 0.002 * static_cast<double>(region.mask.total())) {
        cv::Mat whole = body.silhouette & ~kept(body);
        return unsure(
            cv::countNonZero(whole) > 0 ? whole : body.silhouette, 0.1,
            "the part of the body to dress is not in the photo: the whole person is repainted");
    }
    return region;
}

}  // namespace atelier::imaging
