#include "imaging/contact_sheet.h"

#include <opencv2/imgproc.hpp>

#include "imaging/decode.h"
#include "imaging/encode.h"
#include "imaging/vips_runtime.h"

namespace atelier::imaging {
namespace {

constexpr int kPictureHeight = 560;
constexpr int kWidest = 900;
constexpr int kRowWidth = 1900;  // a new row begins beyond this
constexpr int kSheetGap = 28;
constexpr int kCaption = 44;
const cv::Scalar kPaper(246, 245, 242), kFrame(214, 211, 205), kInk(40, 40, 44),
    kFaint(150, 146, 140);

struct Card {
    std::string caption;
    cv::Mat picture;
    cv::Point at;  ///< top left of the picture
};

cv::Mat unreadable() {
    cv::Mat picture(kPictureHeight, kPictureHeight * 3 / 4, CV_8UC3, cv::Scalar::all(255));
    cv::putText(picture, "not a picture", {60, kPictureHeight / 2}, cv::FONT_HERSHEY_DUPLEX, 0.9,
                kFaint, 1, cv::LINE_AA);
    return picture;
}

cv::Mat loadCard(const SharedBytes& content) {
    const auto pixels = loadFitted(content ? BytesView(*content) : BytesView{},
                                   {kWidest, kPictureHeight}, Fit::Inside);
    return pixels ? pixels->mat().clone() : unreadable();
}

/// Hershey fonts know ASCII only.
std::string printable(const std::string& caption) {
    std::string text;
    for (const unsigned char c : caption) {
        if (c >= 0x20 && c < 0x7F) {
            text += static_cast<char>(c);
        } else if (c >= 0xC0) {
            text += '?';
        }
    }
    return text;
}

/// Sets each card's place, left to right in rows; returns the sheet's size.
cv::Size layOut(std::vector<Card>& cards) {
    cv::Point pen(kSheetGap, kSheetGap);
    int row_height = 0, width = 0;
    for (auto& card : cards) {
        if (pen.x > kSheetGap && pen.x + card.picture.cols > kRowWidth) {
            pen = {kSheetGap, pen.y + row_height + kCaption + kSheetGap};
            row_height = 0;
        }
        card.at = pen;
        pen.x += card.picture.cols + kSheetGap;
        row_height = std::max(row_height, card.picture.rows);
        width = std::max(width, pen.x);
    }
    return {std::max(width, 2 * kSheetGap), pen.y + row_height + kCaption + kSheetGap};
}

void drawCaption(cv::Mat& sheet, const Card& card) {
    const auto text = printable(card.caption);
    double scale = 0.8;
    int baseline = 0;
    const int width = cv::getTextSize(text, cv::FONT_HERSHEY_DUPLEX, scale, 1, &baseline).width;
    scale = std::max(
        0.35, scale * std::min(1.0, static_cast<double>(card.picture.cols) / std::max(1, width)));
    cv::putText(sheet, text, card.at + cv::Point(2, card.picture.rows + 32),
                cv::FONT_HERSHEY_DUPLEX, scale, kInk, 1, cv::LINE_AA);
}

}  // namespace

Result<EncodedImage> makeContactSheet(
    const std::vector<std::pair<std::string, SharedBytes>>& pictures) {
    return guarded(
        ErrorCode::Internal, "the contact sheet could not be drawn", [&]() -> Result<EncodedImage> {
            std::vector<Card> cards;
            for (const auto& [caption, content] : pictures) {
                cards.push_back({caption, loadCard(content), {}});
            }
            cv::Mat sheet(layOut(cards), CV_8UC3, kPaper);
            for (const auto& card : cards) {
                const cv::Rect place(card.at, card.picture.size());
                cv::rectangle(sheet, place + cv::Size(2, 2) - cv::Point(1, 1), kFrame, 1);
                card.picture.copyTo(sheet(place));
                drawCaption(sheet, card);
            }
            return encode(Pixels::from(sheet).image(), ImageFormat::Jpeg);
        });
}

}  // namespace atelier::imaging
