#include "emulator/paint/edit.h"

#include <regex>
#include <stdexcept>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "emulator/paint/body.h"
#include "emulator/paint/cloth.h"
#include "emulator/paint/colours.h"
#include "emulator/paint/scenery.h"

namespace atelier::emulator::paint {

namespace {

cv::Mat scaled(const cv::Mat& rgb, Size size) {
    cv::Mat out;
    cv::resize(rgb, out, {size.width, size.height}, 0, 0,
               rgb.cols > size.width ? cv::INTER_AREA : cv::INTER_CUBIC);
    return out;
}

void wear(cv::Mat& person, const Cloth& cloth, Region region) {
    const auto mask = bodyPart(person, region);
    dress(person, clothedPart(person, mask, Around::SkinAndBackground), cloth, Cut::AsItIs);
}

Region regionOf(const Words& words) {
    if (words.has({"trousers", "pants", "jeans", "skirt", "shorts", "bottom"})) return Region::Legs;
    if (words.has({"dress", "gown", "jumpsuit"})) return Region::Whole;
    return Region::Torso;
}

/// A garment that the prompt names, and where it is worn.
struct Piece {
    cv::Mat photo;
    Region region;
};

/// The slot of a board of garments: two columns, counted in rows, a caption below each.
cv::Mat slotOf(const cv::Mat& board, int number) {
    const int edge = board.cols / 2, column = (number - 1) % 2, row = (number - 1) / 2;
    const cv::Rect slot(column * edge, row * edge, edge, edge * 9 / 10);
    return board(slot & cv::Rect({}, board.size()));
}

/// "the top (red linen shirt) of image 2", "the bag marked 3 in image 2". What is neither worn on
/// the torso nor on the legs is left out.
std::vector<Piece> piecesIn(const Order& order) {
    static const std::regex kPiece{
        R"(the ([a-z ]+?)(?: \(.*?\)+)? (?:of image (\d)|marked (\d) in image 2))"};
    const auto prompt = order.text("prompt");
    std::vector<Piece> pieces;
    for (std::sregex_iterator found{prompt.begin(), prompt.end(), kPiece}, end; found != end;
         ++found) {
        const Words name{(*found)[1].str()};
        if (name.has({"shoes", "headwear", "bag", "accessory"})) continue;
        const bool on_board = (*found)[3].matched;
        const int image = on_board ? 2 : std::stoi((*found)[2].str());
        if (image < 2 || image > static_cast<int>(order.images.size())) continue;
        const auto photo = decodeRgb(order.images[static_cast<std::size_t>(image) - 1].bytes);
        const auto garment = on_board ? slotOf(photo, std::stoi((*found)[3].str())) : photo;
        if (!garment.empty()) pieces.push_back({garment, regionOf(name)});
    }
    return pieces;
}

/// Another place behind the person.
void replaceBackground(cv::Mat& image, const Order& order) {
    const auto place = paintScenery(image.size(), order.text("prompt"), order.seed);
    cv::Mat person = silhouette(image), soft;
    cv::GaussianBlur(person, soft, {}, 1.5);
    for (int y = 0; y < image.rows; ++y) {
        for (int x = 0; x < image.cols; ++x) {
            const double a = soft.at<uchar>(y, x) / 255.0;
            auto& pixel = image.at<cv::Vec3b>(y, x);
            for (int band = 0; band < 3; ++band)
                pixel[band] = cv::saturate_cast<uchar>(pixel[band] * a +
                                                       place.at<cv::Vec3b>(y, x)[band] * (1 - a));
        }
    }
}

}  // namespace

cv::Mat paintTryOn(const Order& order) {
    auto person = scaled(decodeRgb(order.image("person")), order.output);
    const auto pieces = piecesIn(order);
    for (const auto& piece : pieces) wear(person, findCloth(piece.photo), piece.region);
    if (!pieces.empty()) return person;
    wear(person, findCloth(decodeRgb(order.image("garment"))),
         regionOf(Words{order.text("prompt")}));
    return person;
}

cv::Mat paintEdit(const Order& order) {
    auto image = scaled(decodeRgb(order.images.front().bytes), order.output);
    const Words words{order.text("prompt")};
    const bool clothes =
        words.has({"wear", "wears", "wearing", "top", "shirt", "garment", "outfit", "clothes",
                   "dress", "jacket", "trousers", "skirt", "sweater", "tshirt"});
    const auto pieces = piecesIn(order);
    if (!pieces.empty()) {
        for (const auto& piece : pieces) wear(image, findCloth(piece.photo), piece.region);
    } else if (clothes && order.images.size() > 1) {
        wear(image, findCloth(decodeRgb(order.images[1].bytes)), regionOf(words));
    } else if (Scenery::isNamedIn(words) || words.has({"background", "backdrop", "scene"})) {
        replaceBackground(image, order);
    } else if (const auto colours = words.colours(); !colours.empty()) {
        if (clothes)
            wear(image, plainCloth(colours.front()), regionOf(words));
        else
            cv::addWeighted(image, 0.8, cv::Mat(image.size(), CV_8UC3, colours.front()), 0.2, 0,
                            image);
    }
    return image;
}

}  // namespace atelier::emulator::paint
