#include "imaging/body.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "imaging/colours.h"
#include "imaging/shapes.h"

namespace atelier::imaging {
namespace {

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

/// Without a face the outline must do: the shoulders are where it widens, and they are about 2.3
/// faces wide.
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
    const auto across =
        extent(body.silhouette, std::min(body.silhouette.rows - 1, cvRound(body.shoulder)));
    body.axis = (across.start + across.end) / 2.0F;
    // The narrowest row above the shoulders is the neck; the chin is just above it.
    const auto narrowest =
        std::min_element(widths.begin(), widths.begin() + shoulder + 1) - widths.begin();
    const float neck = static_cast<float>(box.y + narrowest);
    body.chin = std::max(
        {static_cast<float>(box.y), neck - 0.1F * body.unit, body.shoulder - 0.75F * body.unit});
    body.confidence = 0.6;
    body.warnings.emplace_back("no face was seen: the mask follows the outline only");
}

/// Where skin is to be expected: cheeks and nose, or the neck.
cv::Rect skinSample(const Body& body, const std::optional<Face>& face) {
    if (face) {
        return {cvRound(face->box.x + 0.25F * face->box.width),
                cvRound(face->box.y + 0.3F * face->box.height), cvRound(0.5F * face->box.width),
                cvRound(0.5F * face->box.height)};
    }
    return {cvRound(body.axis - 0.3F * body.unit), cvRound(body.chin - 0.3F * body.unit),
            cvRound(0.6F * body.unit), cvRound(0.6F * body.unit)};
}

/// Pixels whose colour is clearly not the mean one of `where`.
cv::Mat unlike(const cv::Mat& lab, const cv::Mat& where) {
    const auto mean = cv::mean(lab, where);
    cv::Mat near;
    cv::inRange(lab, cv::Scalar(mean[0] - 60, mean[1] - 7, mean[2] - 8),
                cv::Scalar(mean[0] + 40, mean[1] + 7, mean[2] + 8), near);
    return ~near;
}

/// Hair is what differs from skin around the face, and everything of the same colours that touches
/// it.
cv::Mat findHair(const cv::Mat& lab, const Body& body, const Face& face, const cv::Mat& face_mask,
                 const cv::Mat& skin) {
    const float u = body.unit, cx = body.axis, top = face.box.y;
    const cv::Mat inner =
        ellipse(lab.size(), {cx, top + 0.5F * face.box.height}, {0.3F * u, 0.36F * u}, face.tilt);
    cv::Mat seeds = body.silhouette & ~face_mask;
    seeds &= ellipse(lab.size(), {cx, top + 0.35F * u}, {0.8F * u, 0.95F * u}, face.tilt);
    cv::Mat beside = seeds & unlike(lab, inner);
    clearRows(seeds, top + 0.02F * u,
              static_cast<float>(seeds.rows));  // above the brow it is hair anyway
    seeds |= beside;
    clearRows(seeds, body.chin, static_cast<float>(seeds.rows));
    seeds = shrunk(seeds, 0.05F * u);
    if (cv::countNonZero(seeds) < 0.05F * u * u) {
        return cv::Mat::zeros(lab.size(), CV_8UC1);
    }
    cv::Mat clothes = body.silhouette & ~skin;
    clearRows(clothes, 0, body.chin + 1.3F * u);
    clearRows(clothes, body.chin + 2.6F * u, static_cast<float>(clothes.rows));
    const ColourModel hair_colour(lab, seeds), clothes_colour(lab, clothes),
        skin_colour(lab, inner);
    cv::Mat hair = hair_colour.likelier(lab, {&clothes_colour, &skin_colour}, 1.0);
    hair &= body.silhouette;
    keepColumns(hair, cx - 1.3F * u, cx + 1.3F * u);
    clearRows(hair, body.chin + 1.6F * u, static_cast<float>(hair.rows));
    cv::medianBlur(hair, hair, 5);
    hair = opened(hair, 0.06F * u);  // thin strands carry the garment's colour
    hair |= seeds;
    hair = connectedTo(hair, seeds);
    // What falls over the clothes carries their colour at its edges: only the dense part is kept
    // there.
    cv::Mat above = hair.clone();
    clearRows(above, body.chin + 0.3F * u, static_cast<float>(above.rows));
    return shrunk(hair, 0.08F * u) | above;
}

/// Face, hair and, without a face, whatever lies above the chin.
cv::Mat findHead(const cv::Mat& lab, const Body& body, const std::optional<Face>& face,
                 const cv::Mat& skin) {
    cv::Mat above = body.silhouette.clone();
    clearRows(above, body.chin, static_cast<float>(above.rows));
    if (!face) {
        return above;
    }
    const cv::Point2f centre(body.axis, face->box.y + 0.46F * face->box.height);
    const cv::Mat face_mask = ellipse(
        lab.size(), centre, {0.49F * face->box.width, 0.60F * face->box.height}, face->tilt);
    clearRows(above, face->box.y + 0.6F * face->box.height, static_cast<float>(above.rows));
    const cv::Mat near =
        ellipse(lab.size(), centre, {0.9F * body.unit, 1.1F * body.unit}, face->tilt);
    return face_mask | (above & near) | findHair(lab, body, *face, face_mask, skin);
}

/// How differently the torso is coloured above and below `row`, between two columns given in faces
/// from the axis.
double contrast(const cv::Mat& lab, const cv::Mat& torso, const Body& body, float row, float left,
                float right) {
    const float u = body.unit;
    const auto part = [&](float from, float to) {
        const cv::Point2f top_left(body.axis + left * u, from),
            bottom_right(body.axis + right * u, to);
        const cv::Rect place =
            cv::Rect(cv::Point(top_left), cv::Point(bottom_right)) & cv::Rect({}, lab.size());
        return ColourModel(lab(place), torso(place));
    };
    return part(body.chin + 0.7F * u, row).difference(part(row, row + 1.2F * u));
}

/// The hem is where the colours of both halves of the torso change most, weighted by where hems
/// usually are.
void findHem(const cv::Mat& lab, Body& body) {
    const float u = body.unit;
    const cv::Mat torso = body.silhouette & ~body.head;
    const float first = body.chin + 1.9F * u,
                last = std::min(body.chin + 5.2F * u, body.feet - 0.5F * u);
    const auto from_usual = [&](float row) { return (row - body.chin) / u - 3.2F; };
    std::vector<float> rows;
    for (float row = first; row < last; row += std::max(2.0F, u / 20)) {
        rows.push_back(row);
    }
    // A good one early spares most of the others.
    std::ranges::stable_sort(rows, {}, [&](float row) { return std::abs(from_usual(row)); });
    double best = 0;
    for (const float row : rows) {
        const float away = from_usual(row);
        const double usual = std::exp(-away * away / (2 * 1.5F * 1.5F));
        double score = usual;  // at most: contrasts are 0…1
        for (const float left : {-0.6F, 0.0F}) {
            if (score > best) {
                score = std::min(score, usual * contrast(lab, torso, body, row, left, left + 0.6F));
            }
        }
        if (score > best) {
            best = score;
            body.hem = row;
        }
    }
    body.hem_seen = best > 0.5;
    if (!body.hem_seen) {
        body.hem = std::min(body.chin + 4.2F * u, static_cast<float>(lab.rows));
    }
}

/// Below the hem: legs and what they wear, but not arms that hang there.
void findLower(const cv::Mat& lab, Body& body) {
    const float u = body.unit;
    cv::Mat below = body.silhouette & ~body.head;
    clearRows(below, 0, body.hem);
    cv::Mat above = body.silhouette & ~body.head;
    clearRows(above, 0, body.chin + 0.6F * u);
    clearRows(above, body.hem - 0.1F * u, static_cast<float>(above.rows));
    cv::Mat core = below.clone();
    keepColumns(core, body.axis - 0.7F * u, body.axis + 0.7F * u);
    clearRows(core, body.hem + 1.5F * u, static_cast<float>(core.rows));
    core &= ~body.skin;
    body.lower = below;
    if (!body.hem_seen) {
        return;
    }
    const ColourModel lower_colour(lab, core), upper_colour(lab, above);
    cv::Mat arms = upper_colour.likelier(lab, {&lower_colour}, 1.0) | body.skin;
    arms &= below;
    clearRows(arms, body.chin + 5.0F * u, static_cast<float>(arms.rows));
    cv::Mat middle(arms.size(), CV_8UC1, cv::Scalar(0));
    cv::rectangle(middle, cv::Point2f(body.axis - 0.55F * u, 0),
                  cv::Point2f(body.axis + 0.55F * u, static_cast<float>(arms.rows)),
                  cv::Scalar(255), -1);
    arms &= ~middle;
    arms = opened(arms, 0.06F * u);
    cv::Mat joint = above.clone();
    clearRows(joint, 0, body.hem - 0.3F * u);
    joint = grown(joint, 0.2F * u);
    body.lower &= ~connectedTo(arms, joint & arms);
}

void addHand(Body& body, const cv::Mat& component, const cv::Rect& box) {
    const float u = body.unit;
    const float bottom = static_cast<float>(box.br().y);
    const bool whole = static_cast<float>(box.height) < 1.2F * u;
    const bool at_hip = std::abs(bottom - body.hem) < 0.5F * u;  // in a pocket, or behind the back
    cv::Mat hand = component.clone();
    if (!whole) {
        clearRows(hand, 0, bottom - (at_hip ? 0.35F : 0.7F) * u);
    }
    body.hands |= hand;
}

/// A piece of bare skin that may be (the end of) an arm.
struct SkinPiece {
    int label = 0;
    cv::Rect box;
    float side = 0;  ///< distance from the axis, negative to the left
};

std::vector<SkinPiece> armPieces(const Body& body, const cv::Mat& stats, const cv::Mat& centres) {
    const float u = body.unit;
    std::vector<SkinPiece> pieces;
    for (int i = 1; i < stats.rows; ++i) {
        const cv::Rect box(stats.at<int>(i, 0), stats.at<int>(i, 1), stats.at<int>(i, 2),
                           stats.at<int>(i, 3));
        const auto top = static_cast<float>(box.y), bottom = static_cast<float>(box.br().y);
        const auto side = static_cast<float>(centres.at<double>(i, 0)) - body.axis;
        const bool arm = bottom > body.chin + 1.8F * u && top < body.chin + 5.0F * u;
        const bool legs = bottom > body.chin + 5.6F * u;
        // In front of the body it takes more to be a hand: garments have spots of skin's colour.
        const float least = (std::abs(side) < 0.6F * u ? 0.2F : 0.05F) * u * u;
        if (arm && !legs && static_cast<float>(stats.at<int>(i, cv::CC_STAT_AREA)) > least) {
            pieces.push_back({i, box, side});
        }
    }
    return pieces;
}

/// The far ends of bare arms, and small pieces of skin at the end of sleeves.
void findHands(Body& body) {
    const float u = body.unit;
    body.hands = cv::Mat::zeros(body.skin.size(), CV_8UC1);
    cv::Mat labels, stats, centres;
    const auto solid = opened(closed(body.skin, 0.1F * u), 0.05F * u);
    cv::connectedComponentsWithStats(solid, labels, stats, centres);
    const auto pieces = armPieces(body, stats, centres);
    for (const auto& piece : pieces) {
        // A bracelet or a narrow elbow cuts an arm in two: only its last piece ends in a hand.
        const bool goes_on = std::ranges::any_of(pieces, [&](const SkinPiece& other) {
            return other.side * piece.side > 0 && other.box.br().y > piece.box.br().y &&
                   static_cast<float>(other.box.y) <
                       static_cast<float>(piece.box.br().y) + 0.8F * u;
        });
        if (!goes_on) {
            addHand(body, labels == piece.label, piece.box);
        }
    }
}

void findFeet(Body& body, const cv::Rect& box) {
    body.feet = static_cast<float>(box.br().y);
    body.feet_seen =
        box.br().y < body.silhouette.rows - 2 && body.feet > body.chin + 5.5F * body.unit;
}

bool plausible(const Body& body, const Silhouette& silhouette) {
    if (body.has_face) {
        return true;
    }
    const double skin =
        cv::countNonZero(body.skin & silhouette.mask) / double(cv::countNonZero(silhouette.mask));
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
            body.warnings.emplace_back(
                "several people are in the photo: the most prominent one is dressed");
            body.confidence *= 0.8;
        }
    } else {
        measureFromOutline(body, silhouette->box);
    }
    body.confidence = std::min(body.confidence, silhouette->confidence);
    if (!silhouette->chest_seen)
        body.warnings.emplace_back(
            "the body below the face does not stand out from the background");
    findFeet(body, silhouette->box);
    cv::Mat lab;
    cv::cvtColor(rgb, lab, cv::COLOR_RGB2Lab);
    const auto all_skin = skinMask(rgb, skinSample(body, face)) & body.silhouette;
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
