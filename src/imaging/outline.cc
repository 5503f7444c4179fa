#include "imaging/outline.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <opencv2/imgproc.hpp>

#include "imaging/shapes.h"

namespace atelier::imaging {
namespace {

constexpr int kShare = 4;         // colours near by are measured in a picture so many times smaller
constexpr float kNotch = 2.5F;    // radii: notches up to twice as wide are looked into
constexpr float kEdge = 0.4F;     // radii: as far inside a pixel may be the person's or not
constexpr float kNoise = 8;       // grey levels over three channels
constexpr float kRinging = 0.1F;  // of the way between the two colours: what JPEG makes of an edge
constexpr float kApart = 40;      // as far the two sides' colours must be from each other to tell
constexpr float kSpread = 2;      // and so many standard deviations of the person's
constexpr float kAlike = 0.2F;    // of the person near by may have the background's colour
constexpr float kOffLine = 0.35F;  // of the way between the two colours: a third colour
// Share of the person in a pixel that is kept as it is: what has less is mixed anew, see matte.h.
constexpr float kKept = 0.7F;
constexpr float kShadow = 0.3F;       // as little of the way is the background in a shadow
constexpr double kLeastGap = 0.0004;  // of the picture
constexpr double kBare = 0.25;        // of a gap's rim is skin
constexpr double kSharp = 0.8;        // of it is clearly not the background's colour

/// The colours of one side near each pixel.
struct Side {
    cv::Mat mean, deviation;  ///< three floats
};

/// Sum of `values` over a window around each pixel, divided by that of `weight`.
cv::Mat windowed(const cv::Mat& values, const cv::Mat& weight, int window) {
    cv::Mat sum, total;
    cv::blur(values, sum, {window, window});
    cv::blur(weight, total, {window, window});
    cv::max(total, 1e-6, total);
    if (values.channels() == 3) cv::merge(std::vector<cv::Mat>{total, total, total}, total);
    return sum / total;
}

/// Over a window around each pixel, or over larger ones where that holds nothing of `where`.
Side coloursNear(const cv::Mat& rgb, const cv::Mat& where, int window) {
    cv::Mat weight, weights, colours;
    where.convertTo(weight, CV_32F, 1.0 / 255);
    cv::merge(std::vector<cv::Mat>{weight, weight, weight}, weights);
    rgb.convertTo(colours, CV_32F);
    colours = colours.mul(weights);
    const cv::Mat squares = colours.mul(colours);
    Side side{cv::Mat(rgb.size(), CV_32FC3, cv::mean(rgb, where)),
              cv::Mat(rgb.size(), CV_32FC3, cv::Scalar::all(255))};
    for (const int size : {9 * window, 3 * window, window}) {
        cv::Mat total;
        cv::blur(weight, total, {size, size});
        const cv::Mat known = total > 0.02;
        const cv::Mat mean = windowed(colours, weight, size);
        cv::Mat deviation = windowed(squares, weight, size) - mean.mul(mean);
        cv::max(deviation, 0, deviation);
        cv::sqrt(deviation, deviation);
        mean.copyTo(side.mean, known);
        deviation.copyTo(side.deviation, known);
    }
    return side;
}

float length(const cv::Vec3f& colour) {
    return static_cast<float>(cv::norm(colour));
}

float noiseOf(const cv::Vec3f& deviation) {
    return std::max(kNoise, 2 * length(deviation));
}

enum class Verdict { Person, Background, Away, Unknown };

/// Tells the person's pixels from the background's by the colours of both near by, which are
/// measured once, at a `kShare`th of the size.
class Judge {
  public:
    Judge(const cv::Mat& rgb, const cv::Mat& person, const cv::Mat& background, int window)
        : rgb_(rgb) {
        cv::Mat small;
        cv::resize(rgb, small, {(rgb.cols + kShare - 1) / kShare, (rgb.rows + kShare - 1) / kShare},
                   0, 0, cv::INTER_AREA);
        const auto lessened = [&](const cv::Mat& mask) {
            cv::Mat share;
            cv::resize(mask, share, small.size(), 0, 0, cv::INTER_AREA);
            return cv::Mat(share > 250);
        };
        const int near = 2 * (window / kShare / 2) + 1;
        background_ = coloursNear(small, lessened(background), near);
        const cv::Mat body = lessened(person), alike = alikeIn(small) & body;
        person_ = coloursNear(small, body & ~alike, near);
        cv::Mat part, whole;
        alike.convertTo(part, CV_32F, 1.0 / 255);
        body.convertTo(whole, CV_32F, 1.0 / 255);
        alike_ = windowed(part, whole, 2 * near + 1);
    }

    /// Away: clearly not the background's colour; whether the person's is not known.
    Verdict at(int y, int x) const {
        const auto colours = near(y, x);
        const auto unsure =
            length(colours.difference) > 1.5F * colours.noise ? Verdict::Away : Verdict::Unknown;
        if (!colours.tell || doubtful(y, x)) return unsure;
        if (length(colours.difference) < std::max(colours.noise, kRinging * length(colours.way)))
            return Verdict::Background;
        if (!colours.mix) return unsure;
        const float off = length(colours.difference - colours.along * colours.way);
        if (colours.along < 0 || off > std::max(colours.noise, kOffLine * length(colours.way)))
            return unsure;
        return colours.along > kKept ? Verdict::Person : Verdict::Background;
    }

    /// The very colour of a plain background, or that in a shadow.
    bool shows(int y, int x) const {
        const auto colours = near(y, x);
        if (!colours.tell || colours.noise > 2 * kNoise) return false;
        const auto& [way, difference, noise, along, tell, mix] = colours;
        return length(difference) < noise ||
               (mix && along > 0 && along < kShadow && length(difference - along * way) < noise);
    }

    bool differs(int y, int x) const { return length(near(y, x).difference) > kApart; }

    /// So much of the person has the background's colour here that it says nothing.
    bool doubtful(int y, int x) const { return alike_.at<float>(y / kShare, x / kShare) > kAlike; }

  private:
    struct Colours {
        cv::Vec3f way, difference;  ///< from the background's to the person's, to the pixel's
        float noise = 0, along = 0;
        bool tell = false;  ///< the two sides' colours are well apart
        bool mix = false;   ///< and the person's so much one that shares of it can be told
    };

    cv::Mat alikeIn(const cv::Mat& small) const {
        cv::Mat alike(small.size(), CV_8UC1);
        for (int y = 0; y < small.rows; ++y) {
            for (int x = 0; x < small.cols; ++x) {
                const cv::Vec3f colour = small.at<cv::Vec3b>(y, x);
                const float distance = length(colour - background_.mean.at<cv::Vec3f>(y, x));
                const float noise = noiseOf(background_.deviation.at<cv::Vec3f>(y, x));
                alike.at<uchar>(y, x) = distance < noise ? 255 : 0;
            }
        }
        return alike;
    }

    Colours near(int y, int x) const {
        const int v = y / kShare, u = x / kShare;
        const auto& from = background_.mean.at<cv::Vec3f>(v, u);
        Colours colours;
        colours.way = person_.mean.at<cv::Vec3f>(v, u) - from;
        colours.difference = cv::Vec3f(rgb_.at<cv::Vec3b>(y, x)) - from;
        colours.noise = noiseOf(background_.deviation.at<cv::Vec3f>(v, u));
        const float square = colours.way.dot(colours.way);
        colours.along = square > 0 ? colours.difference.dot(colours.way) / square : 0;
        const auto& deviation = person_.deviation.at<cv::Vec3f>(v, u);
        float spread = 0;
        for (int c = 0; c < 3; ++c) spread += std::abs(colours.way[c]) * deviation[c];
        const float least = std::max(kApart, 2 * colours.noise);
        colours.tell = square > least * least;
        colours.mix = colours.tell && square > kSpread * spread;
        return colours;
    }

    const cv::Mat& rgb_;
    Side person_, background_;
    cv::Mat alike_;  ///< share of the person near by
};

/// With bare skin on a side of it, and a sharp edge all around: a highlight fades.
bool isBesideAnArm(const cv::Mat& gap, const cv::Mat& skin, const Judge& judge) {
    const cv::Mat rim = grown(gap, 5) & ~grown(gap, 2);
    std::vector<cv::Point> places;
    cv::findNonZero(rim, places);
    const auto count = static_cast<double>(places.size());
    const auto sharp = std::ranges::count_if(
        places, [&](const cv::Point& place) { return judge.differs(place.y, place.x); });
    return cv::countNonZero(rim & skin) > kBare * count &&
           static_cast<double>(sharp) > kSharp * count;
}

/// Where the background is seen inside the outline: notches, and gaps between bare arms and the
/// body.
cv::Mat gapsIn(const cv::Mat& inside, const cv::Mat& skin, float reach, const Judge& judge) {
    const cv::Mat heart = shrunk(inside, reach) & ~grown(skin, reach);
    const cv::Mat edge = ~shrunk(inside, kEdge * reach / kNotch);
    cv::Mat shown(inside.size(), CV_8UC1, cv::Scalar(0)), notches = shown.clone();
    for (int y = 0; y < inside.rows; ++y) {
        for (int x = 0; x < inside.cols; ++x) {
            if (inside.at<uchar>(y, x) == 0 || heart.at<uchar>(y, x) != 0 || !judge.shows(y, x))
                continue;
            shown.at<uchar>(y, x) = 255;
            notches.at<uchar>(y, x) = judge.doubtful(y, x) ? 0 : 255;
        }
    }
    cv::Mat gaps = connectedTo(opened(notches | edge, 1.5F), ~inside) & notches;
    cv::Mat labels, stats, centres;
    const cv::Mat closed_in = opened(shown & ~gaps, 1.5F);
    const int count = cv::connectedComponentsWithStats(closed_in, labels, stats, centres);
    const double least = kLeastGap * static_cast<double>(shown.total());
    for (int i = 1; i < count; ++i) {
        const cv::Mat gap = labels == i;
        if (stats.at<int>(i, cv::CC_STAT_AREA) > least && isBesideAnArm(gap, skin, judge))
            gaps |= gap;
    }
    return gaps;
}

}  // namespace

cv::Mat refineOutline(const cv::Mat& rgb, const cv::Mat& outline, const cv::Mat& skin,
                      float radius) {
    const cv::Mat far = grown(outline, radius) | closed(outline, kNotch * radius);
    const Judge judge(rgb, shrunk(outline, radius), ~far, 4 * cvRound(radius) + 1);
    const cv::Mat inside = outline & ~gapsIn(outline, skin, kNotch * radius, judge);
    const cv::Mat core = shrunk(inside, kEdge * radius), around = grown(inside, radius),
                  filled = closed(outline, kNotch * radius) & ~(outline & ~inside);
    cv::Mat result = inside.clone();
    for (int y = 0; y < rgb.rows; ++y) {
        for (int x = 0; x < rgb.cols; ++x) {
            if (core.at<uchar>(y, x) != 0 || far.at<uchar>(y, x) == 0) continue;
            const auto verdict = judge.at(y, x);
            auto& pixel = result.at<uchar>(y, x);
            if (verdict == Verdict::Away) {
                pixel |= filled.at<uchar>(y, x);
            } else if (verdict != Verdict::Unknown && around.at<uchar>(y, x) != 0) {
                pixel = verdict == Verdict::Person ? 255 : 0;
            }
        }
    }
    return opened(closed(result, 1), 1);
}

}  // namespace atelier::imaging
