#include "imaging/body.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "imaging/colours.h"

namespace atelier::imaging {
namespace {

cv::Mat disc(float radius) {
    const int r = std::max(1, cvRound(radius));
    return cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * r + 1, 2 * r + 1});
}

cv::Rect rows(const cv::Mat& mat, float from, float to) {
    const int top = std::clamp(cvRound(from), 0, mat.rows), bottom = std::clamp(cvRound(to), top, mat.rows);
    return {0, top, mat.cols, bottom - top};
}

/// Leftmost to rightmost person pixel of a row; empty rows give {0, 0}.
cv::Range extent(const cv::Mat& silhouette, int row) {
    const auto* line = silhouette.ptr<uchar>(row);
    int left = 0, right = silhouette.cols;
    while (left < right && line[left] == 0) {
        ++left;
    }
    while (right > left && line[right - 1] == 0) {
        --right;
    }
    return {left, right};
}

void measureFromFace(Body& body, const Face& face) {
    body.has_face = true;
    body.unit = face.box.height * 0.95F;
    body.axis = face.box.x + face.box.width / 2;
    body.chin = face.box.y + face.box.height * 1.02F;
    body.shoulder = body.chin + 0.55F * body.unit;
    body.confidence = face.profile ? 0.7 : 0.9;
}

/// Without a face the outline must do: the shoulders are where it widens, and they are about 2.3 faces wide.
void measureFromOutline(Body& body, const cv::Rect& box) {
    std::vector<float> widths;
    for (int y = box.y; y < box.y + box.height * 2 / 5; ++y) {
        widths.push_back(static_cast<float>(extent(body.silhouette, y).size()));
    }
    auto sorted = widths;
    std::sort(sorted.begin(), sorted.end());
    const float broad = sorted[sorted.size() * 3 / 4];
    std::size_t shoulder = 0;
    while (shoulder + 1 < widths.size() && widths[shoulder] < 0.8F * broad) {
        ++shoulder;
    }
    body.unit = broad / 2.3F;
    body.shoulder = static_cast<float>(box.y) + static_cast<float>(shoulder);
    const auto across = extent(body.silhouette, std::min(body.silhouette.rows - 1, cvRound(body.shoulder)));
    body.axis = (across.start + across.end) / 2.0F;
    // The narrowest row above the shoulders is the neck; the chin is just above it.
    const auto narrowest = std::min_element(widths.begin(), widths.begin() + shoulder + 1) - widths.begin();
    const float neck = static_cast<float>(box.y + narrowest);
    body.chin = std::max({static_cast<float>(box.y), neck - 0.1F * body.unit, body.shoulder - 0.75F * body.unit});
    body.confidence = 0.6;
    body.warnings.emplace_back("no face was seen: the mask follows the outline only");
}

cv::Mat ellipseMask(cv::Size size, cv::Point2f centre, cv::Size2f half, float degrees) {
    cv::Mat mask(size, CV_8UC1, cv::Scalar(0));
    cv::ellipse(mask, cv::Point(centre), cv::Size(half), degrees, 0, 360, cv::Scalar(255), -1);
    return mask;
}

/// Hair is what differs from skin around the face, and everything of the same colours that touches it.
cv::Mat findHair(const cv::Mat& lab, const Body& body, const Face& face, const cv::Mat& face_mask, const cv::Mat& skin) {
    const float u = body.unit, cx = body.axis, top = face.box.y;
    cv::Mat seeds = body.silhouette & ~skin & ~face_mask;
    cv::Mat around = ellipseMask(lab.size(), {cx, top + 0.35F * u}, {0.85F * u, 0.95F * u}, face.tilt);
    seeds &= around;
    cv::erode(seeds, seeds, disc(0.04F * u));
    if (cv::countNonZero(seeds) < 0.05F * u * u) {
        return cv::Mat::zeros(lab.size(), CV_8UC1);
    }
    cv::Mat clothes = body.silhouette & ~skin;
    clothes(rows(clothes, 0, body.chin + 1.3F * u)).setTo(0);
    clothes(rows(clothes, body.chin + 2.6F * u, static_cast<float>(clothes.rows))).setTo(0);
    const ColourModel hair_colour(lab, seeds), clothes_colour(lab, clothes), skin_colour(lab, skin);
    cv::Mat hair = hair_colour.likelier(lab, {&clothes_colour, &skin_colour}, 1.0);
    hair &= body.silhouette;
    cv::Mat reach(lab.size(), CV_8UC1, cv::Scalar(0));
    cv::rectangle(reach, cv::Point2f(cx - 1.3F * u, 0), cv::Point2f(cx + 1.3F * u, body.chin + 1.6F * u),
                  cv::Scalar(255), -1);
    hair &= reach;
    cv::medianBlur(hair, hair, 5);
    hair |= seeds;
    return connectedTo(hair, seeds);
}

/// Face, hair and, without a face, whatever lies above the chin.
cv::Mat findHead(const cv::Mat& lab, const Body& body, const std::optional<Face>& face, const cv::Mat& skin) {
    cv::Mat above = body.silhouette.clone();
    above(rows(above, body.chin, static_cast<float>(above.rows))).setTo(0);
    if (!face) {
        return above;
    }
    const cv::Point2f centre(body.axis, face->box.y + 0.46F * face->box.height);
    const cv::Mat face_mask =
        ellipseMask(lab.size(), centre, {0.46F * face->box.width, 0.60F * face->box.height}, face->tilt);
    above(rows(above, face->box.y + 0.6F * face->box.height, static_cast<float>(above.rows))).setTo(0);
    const cv::Mat near = ellipseMask(lab.size(), centre, {0.9F * body.unit, 1.1F * body.unit}, face->tilt);
    return face_mask | (above & near) | findHair(lab, body, *face, face_mask, skin);
}

/// How differently a strip of the torso is coloured above and below each row; the hem is where it differs most,
/// weighted by where hems usually are.
void findHem(const cv::Mat& lab, Body& body) {
    const float u = body.unit;
    const int left = std::clamp(cvRound(body.axis - 0.6F * u), 0, lab.cols - 1);
    const int right = std::clamp(cvRound(body.axis + 0.6F * u), left + 1, lab.cols);
    cv::Mat strip = body.silhouette & ~body.head;
    strip.colRange(0, left).setTo(0);
    strip.colRange(right, strip.cols).setTo(0);
    const float first = body.chin + 1.9F * u, last = std::min(body.chin + 5.2F * u, body.feet - 0.5F * u);
    float best = 0;
    for (float row = first; row < last; row += std::max(2.0F, u / 24)) {
        cv::Mat above = strip.clone(), below = strip.clone();
        above(rows(above, 0, body.chin + 0.7F * u)).setTo(0);
        above(rows(above, row, static_cast<float>(strip.rows))).setTo(0);
        below(rows(below, 0, row)).setTo(0);
        below(rows(below, row + 1.2F * u, static_cast<float>(strip.rows))).setTo(0);
        const float away = (row - body.chin) / u - 3.2F;
        const float usual = std::exp(-away * away / (2 * 1.5F * 1.5F));
        const float score = usual * static_cast<float>(ColourModel(lab, above).difference(ColourModel(lab, below)));
        if (score > best) {
            best = score;
            body.hem = row;
        }
    }
    body.hem_seen = best > 0.45F;
    if (!body.hem_seen) {
        body.hem = std::min(body.chin + 4.2F * u, static_cast<float>(lab.rows));
    }
}

/// Below the hem: legs and what they wear, but not arms that hang there.
void findLower(const cv::Mat& lab, Body& body) {
    const float u = body.unit;
    cv::Mat below = body.silhouette & ~body.head;
    below(rows(below, 0, body.hem)).setTo(0);
    cv::Mat above = body.silhouette & ~body.head;
    above(rows(above, 0, body.chin + 0.6F * u)).setTo(0);
    above(rows(above, body.hem - 0.1F * u, static_cast<float>(above.rows))).setTo(0);
    cv::Mat core = below.clone();
    core.colRange(0, std::clamp(cvRound(body.axis - 0.7F * u), 0, core.cols)).setTo(0);
    core.colRange(std::clamp(cvRound(body.axis + 0.7F * u), 0, core.cols), core.cols).setTo(0);
    core(rows(core, body.hem + 1.5F * u, static_cast<float>(core.rows))).setTo(0);
    core &= ~body.skin;
    body.lower = below;
    if (!body.hem_seen) {
        return;
    }
    const ColourModel lower_colour(lab, core), upper_colour(lab, above);
    cv::Mat arms = upper_colour.likelier(lab, {&lower_colour}, 1.0) | body.skin;
    arms &= below;
    arms(rows(arms, body.chin + 5.0F * u, static_cast<float>(arms.rows))).setTo(0);
    cv::Mat middle(arms.size(), CV_8UC1, cv::Scalar(0));
    cv::rectangle(middle, cv::Point2f(body.axis - 0.55F * u, 0),
                  cv::Point2f(body.axis + 0.55F * u, static_cast<float>(arms.rows)), cv::Scalar(255), -1);
    arms &= ~middle;
    cv::morphologyEx(arms, arms, cv::MORPH_OPEN, disc(0.06F * u));
    cv::Mat joint = above.clone();
    joint(rows(joint, 0, body.hem - 0.3F * u)).setTo(0);
    cv::dilate(joint, joint, disc(0.2F * u));
    body.lower &= ~connectedTo(arms, joint & arms);
}

void addHand(Body& body, const cv::Mat& component, const cv::Rect& box) {
    const float u = body.unit;
    const float bottom = static_cast<float>(box.br().y);
    const bool whole = static_cast<float>(box.height) < 1.2F * u;
    cv::Mat hand = component.clone();
    if (!whole) {
        hand(rows(hand, 0, bottom - 0.85F * u)).setTo(0);
    }
    body.hands |= hand;
}

/// The far ends of bare arms, and small pieces of skin at the end of sleeves.
void findHands(Body& body) {
    const float u = body.unit;
    body.hands = cv::Mat::zeros(body.skin.size(), CV_8UC1);
    cv::Mat labels, stats, centres;
    const int count = cv::connectedComponentsWithStats(body.skin, labels, stats, centres);
    for (int i = 1; i < count; ++i) {
        const cv::Rect box(stats.at<int>(i, 0), stats.at<int>(i, 1), stats.at<int>(i, 2), stats.at<int>(i, 3));
        const float top = static_cast<float>(box.y), bottom = static_cast<float>(box.br().y);
        const bool arm = bottom > body.chin + 1.8F * u && top < body.chin + 4.6F * u;
        const bool legs = bottom > body.chin + 5.8F * u && top > body.chin + 2.5F * u;
        if (arm && !legs && stats.at<int>(i, cv::CC_STAT_AREA) > 0.03F * u * u) {
            addHand(body, labels == i, box);
        }
    }
}

void findFeet(Body& body, const cv::Rect& box) {
    body.feet = static_cast<float>(box.br().y);
    body.feet_seen = box.br().y < body.silhouette.rows - 2 && body.feet > body.chin + 5.5F * body.unit;
}

bool plausible(const Body& body, const Silhouette& silhouette) {
    if (body.has_face) {
        return true;
    }
    const double skin = cv::countNonZero(body.skin & silhouette.mask) / double(cv::countNonZero(silhouette.mask));
    const double tall = static_cast<double>(silhouette.box.height) / silhouette.box.width;
    return silhouette.plain_background ? skin > 0.01 || tall > 1.5 : skin > 0.04 && tall > 1.0;
}

}  // namespace

std::optional<Body> findBody(const cv::Mat& rgb, const FaceFinder& faces) {
    const auto face = faces.find(rgb);
    const auto silhouette = findSilhouette(rgb, face);
    if (!silhouette) {
        return std::nullopt;
    }
    Body body;
    body.silhouette = silhouette->mask;
    if (face) {
        measureFromFace(body, *face);
        if (face->others > 0) {
            body.warnings.emplace_back("several people are in the photo: the most prominent one is dressed");
            body.confidence *= 0.8;
        }
    } else {
        measureFromOutline(body, silhouette->box);
    }
    body.confidence *= silhouette->plain_background ? 1.0 : 0.8;
    findFeet(body, silhouette->box);
    cv::Mat lab;
    cv::cvtColor(rgb, lab, cv::COLOR_RGB2Lab);
    const auto all_skin = skinMask(rgb, face) & body.silhouette;
    body.skin = all_skin;
    body.head = findHead(lab, body, face, all_skin);
    body.skin = all_skin & ~body.head;
    if (!plausible(body, *silhouette)) {
        return std::nullopt;
    }
    findHem(lab, body);
    findLower(lab, body);
    findHands(body);
    return body;
}

}  // namespace atelier::imaging
