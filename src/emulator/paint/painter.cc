#include "emulator/paint/painter.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "emulator/paint/edit.h"
#include "emulator/paint/figure.h"
#include "emulator/paint/fill.h"
#include "emulator/paint/retouch.h"
#include "emulator/paint/scenery.h"
#include "emulator/paint/shape.h"

namespace atelier::emulator::paint {

using contract::Kind;

namespace {

constexpr double kMaxDrawnMegapixels = 1.3;  // larger pictures are drawn smaller and enlarged

bool showsPlace(const Words& words) {
    return Scenery::isNamedIn(words) &&
           !words.has({"person", "man", "woman", "model", "girl", "boy", "people", "portrait",
                       "lady", "wearing", "fashion", "standing", "male", "female"});
}

cv::Mat generate(const Order& order) {
    const auto prompt = order.text("prompt");
    const double scale = std::sqrt(std::min(1.0, kMaxDrawnMegapixels / order.output.megapixels()));
    const cv::Size size(std::max(16, static_cast<int>(order.output.width * scale)),
                        std::max(16, static_cast<int>(order.output.height * scale)));
    auto rgb = showsPlace(Words{prompt}) ? paintScenery(size, prompt, order.seed)
                                         : paintFigure(size, prompt, order.seed);
    const auto& path = order.endpoint->path;
    label(rgb,
          fmt::format("{}  seed {}  (emulated)", path.substr(path.rfind('/') + 1), order.seed));
    return rgb;
}

cv::Mat draw(const Order& order) {
    switch (order.endpoint->kind) {
        case Kind::Generate:
            return generate(order);
        case Kind::Edit:
            return order.images.empty() ? generate(order) : paintEdit(order);
        case Kind::Fill:
            return paintFill(order);
        case Kind::Vto:
            return paintTryOn(order);
        case Kind::Erase:
            return paintErase(order);
        case Kind::Deblur:
            return paintDeblur(order);
        case Kind::Expand:
        case Kind::Outpaint:
            return paintLargerCanvas(order);
        case Kind::Control:
        case Kind::Service:
            break;
    }
    throw std::logic_error{"no picture is made by " + order.endpoint->path};
}

}  // namespace

BytesView Order::image(std::string_view field) const {
    const auto found = std::ranges::find(images, field, &NamedImage::field);
    return found == images.end() ? BytesView{} : BytesView{found->bytes};
}

std::string Order::text(std::string_view field) const {
    const auto* value = fields.if_contains(field);
    return value == nullptr || !value->is_string() ? std::string{}
                                                   : std::string{value->get_string()};
}

std::int64_t Order::integer(std::string_view field) const {
    const auto* value = fields.if_contains(field);
    return value == nullptr || !value->is_int64() ? 0 : value->get_int64();
}

std::string Order::format() const {
    const auto wanted = text("output_format");
    return wanted.empty() ? "jpeg" : wanted;
}

Bytes paint(const Order& order) {
    auto rgb = draw(order);
    const cv::Size size(order.output.width, order.output.height);
    if (rgb.size() != size)
        cv::resize(rgb, rgb, size, 0, 0, rgb.cols > size.width ? cv::INTER_AREA : cv::INTER_CUBIC);
    return encode(rgb, order.format());
}

const Bytes& tinyPicture() {
    static const Bytes kPicture = encode(cv::Mat(64, 64, CV_8UC3, cv::Scalar::all(128)), "jpeg");
    return kPicture;
}

}  // namespace atelier::emulator::paint
