#include "emulator/paint/fill.h"

#include <opencv2/imgproc.hpp>

#include "emulator/paint/cloth.h"
#include "emulator/paint/colours.h"
#include "emulator/paint/noise.h"
#include "emulator/paint/scenery.h"

namespace atelier::emulator::paint {

namespace {

/// White = repaint.
cv::Mat maskOf(const Order& order) {
    const auto mask = order.image("mask");
    const cv::Mat grey =
        mask.empty() ? cv::Mat(255 - decodeAlpha(order.image("image"))) : decodeGrey(mask);
    cv::Mat binary;
    cv::threshold(grey, binary, 127, 255, cv::THRESH_BINARY);
    return binary;
}

/// How sharply two columns differ in the middle, compared with their neighbourhood.
double seam(const cv::Mat& image) {
    const int middle = image.cols / 2;
    const auto step = [&](int x) {
        return cv::norm(image.col(x - 1), image.col(x), cv::NORM_L1) / image.rows;
    };
    double around = 1;
    for (int distance = 4; distance <= 20; distance += 4)
        around += step(middle - distance) + step(middle + distance);
    return step(middle) / (around / 10);
}

bool isDiptych(const cv::Mat& image, const cv::Mat& mask, const Words& words) {
    if (image.cols < image.rows || image.cols < 64) return false;
    const int middle = image.cols / 2;
    if (cv::countNonZero(mask.colRange(0, middle)) > 0 ||
        cv::countNonZero(mask.colRange(middle, mask.cols)) == 0)
        return false;
    return words.has({"diptych", "pair", "garment", "left", "panel", "clothing", "outfit"}) ||
           seam(image) > 2.5;
}

/// A place rather than a thing is to be painted: the hole reaches the picture's rim.
bool isBackground(const cv::Mat& mask) {
    const int rim = cv::countNonZero(mask.row(0)) + cv::countNonZero(mask.col(0)) +
                    cv::countNonZero(mask.col(mask.cols - 1));
    return rim * 4 > mask.cols + 2 * mask.rows;
}

void blend(cv::Mat& image, const cv::Mat& painted, const cv::Mat& mask) {
    cv::Mat soft;
    cv::GaussianBlur(mask, soft, {}, 2);
    soft &= mask;
    for (int y = 0; y < image.rows; ++y) {
        for (int x = 0; x < image.cols; ++x) {
            const double a = soft.at<uchar>(y, x) / 255.0;
            if (a == 0) continue;
            auto& pixel = image.at<cv::Vec3b>(y, x);
            for (int band = 0; band < 3; ++band)
                pixel[band] = cv::saturate_cast<uchar>(pixel[band] * (1 - a) +
                                                       painted.at<cv::Vec3b>(y, x)[band] * a);
        }
    }
}

}  // namespace

cv::Mat paintFill(const Order& order) {
    cv::Mat image = decodeRgb(order.image("image"));
    const auto mask = maskOf(order);
    const auto prompt = order.text("prompt");
    const Words words{prompt};
    if (cv::countNonZero(mask) == 0) return image;
    if (isDiptych(image, mask, words)) {
        const int middle = image.cols / 2;
        const auto cloth = findCloth(image.colRange(0, middle));
        cv::Mat person = image.colRange(middle, image.cols);
        const cv::Mat right = mask.colRange(middle, image.cols);
        const auto where = clothedPart(person, right, Around::SkinAndBackground);
        // Where clothes cannot be told from the rest, the garment's own outline is the better
        // guess.
        constexpr double kNearlyAll = 0.85;
        const bool untold = cv::countNonZero(where) > kNearlyAll * cv::countNonZero(right);
        dress(person, untold ? right : where, cloth, untold ? Cut::AsItIs : Cut::ToFit);
    } else if (isBackground(mask) || Scenery::isNamedIn(words)) {
        blend(image, paintScenery(image.size(), prompt, order.seed), mask);
    } else {
        const auto colours = words.colours();
        Dice dice{order.seed, prompt};
        const Colour any(dice.between(40, 220), dice.between(40, 220), dice.between(40, 220));
        dress(image, mask, plainCloth(colours.empty() ? any : colours.front()));
    }
    return image;
}

}  // namespace atelier::emulator::paint
