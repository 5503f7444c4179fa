#include "emulator/paint/sizes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace atelier::emulator::paint {

namespace {

namespace bj = boost::json;
using contract::Kind;

constexpr int kFlux2Grid = 16;
constexpr int kFlux1Grid = 32;
constexpr double kPixelsPerMegapixel = 1'048'576;

int integer(const bj::object& fields, std::string_view name) {
    const auto* value = fields.if_contains(name);
    return value == nullptr || !value->is_number() ? 0 : value->to_number<int>();
}

std::string text(const bj::object& fields, std::string_view name) {
    const auto* value = fields.if_contains(name);
    return value == nullptr || !value->is_string() ? std::string{}
                                                   : std::string{value->as_string()};
}

/// Width by height of "W:H"; 0 for anything else ("auto").
double proportions(const std::string& ratio) {
    const auto colon = ratio.find(':');
    if (colon == std::string::npos) return 0;
    return std::stod(ratio) / std::stod(ratio.substr(colon + 1));
}

Size ofArea(double megapixels, double ratio, int grid) {
    const auto side = [&](double exact) {
        return std::max(grid, static_cast<int>(std::lround(exact / grid)) * grid);
    };
    const double area = megapixels * kPixelsPerMegapixel;
    return {side(std::sqrt(area * ratio)), side(std::sqrt(area / ratio))};
}

Size byRatio(const bj::object& fields, const std::vector<Size>& inputs, double megapixels,
             int grid) {
    double ratio = proportions(text(fields, "aspect_ratio"));
    if (ratio == 0 && !inputs.empty())
        ratio = static_cast<double>(inputs[0].width) / inputs[0].height;
    return ofArea(megapixels, ratio == 0 ? 1 : ratio, grid);
}

Size flux3(const bj::object& fields, const std::vector<Size>& inputs) {
    static const std::map<std::string, double> kSides{
        {"768sq", 768}, {"1k", 1024}, {"1.5k", 1536}, {"2k", 2048}, {"4k", 4096}};
    const double side = kSides.at(text(fields, "resolution"));
    return byRatio(fields, inputs, side * side / kPixelsPerMegapixel, kFlux2Grid);
}

Size flux2(const contract::Endpoint& endpoint, const bj::object& fields,
           const std::vector<Size>& inputs) {
    const double limit = endpoint.image_limits.max_output_mp;
    Size size{integer(fields, "width"), integer(fields, "height")};
    const Size natural = inputs.empty() ? Size{1024, 1024} : inputs[0];
    if (size.width == 0) size.width = natural.width;
    if (size.height == 0) size.height = natural.height;
    return fitted(size, limit, kFlux2Grid);
}

Size expanded(const bj::object& fields, Size input) {
    return {input.width + integer(fields, "left") + integer(fields, "right"),
            input.height + integer(fields, "top") + integer(fields, "bottom")};
}

}  // namespace

Size fitted(Size size, double megapixels, int grid) {
    const double excess = megapixels > 0 ? size.megapixels() / megapixels : 0;
    const double scale = excess > 1 ? 1 / std::sqrt(excess) : 1;
    const auto side = [&](int pixels) {
        return std::max(grid, static_cast<int>(pixels * scale) / grid * grid);
    };
    return {side(size.width), side(size.height)};
}

Size outputSize(const contract::Endpoint& endpoint, const bj::object& fields,
                const std::vector<Size>& inputs) {
    const Size first = inputs.empty() ? Size{1024, 1024} : inputs[0];
    if (endpoint.find("resolution") != nullptr) return flux3(fields, inputs);
    switch (endpoint.kind) {
        case Kind::Fill:
        case Kind::Erase:
        case Kind::Deblur:
        case Kind::Control:
        case Kind::Service:
            return first;
        case Kind::Expand:
            return expanded(fields, first);
        case Kind::Outpaint:
            return {integer(fields, "width"), integer(fields, "height")};
        case Kind::Vto:
            return fitted(first, endpoint.image_limits.useful_mp, kFlux2Grid);
        case Kind::Edit:
            if (endpoint.find("width") != nullptr) return flux2(endpoint, fields, inputs);
            return byRatio(fields, inputs, 1, kFlux2Grid);
        case Kind::Generate:
            if (endpoint.find("width") != nullptr)
                return {integer(fields, "width"), integer(fields, "height")};
            return byRatio(fields, {}, 4, kFlux1Grid);
    }
    return first;
}

}  // namespace atelier::emulator::paint
