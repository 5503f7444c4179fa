#include "emulator/input_images.h"

#include <algorithm>

#include <fmt/format.h>

#include "util/encoding.h"

namespace atelier::emulator {

namespace {

namespace bj = boost::json;
using contract::Endpoint;
using contract::Violation;

/// The provider's texts for pictures are unknown; these have the shape of all others.
Violation wrong(const std::string& field, const std::string& problem, const bj::value& input) {
    constexpr std::size_t kShown = 64;  // a base64 picture would fill the answer
    const auto* text = input.if_string();
    const bj::value shown =
        text == nullptr ? input : bj::value(std::string_view{*text}.substr(0, kShown));
    return {"value_error",
            {"body", field},
            "Value error, " + problem,
            shown,
            {{"error", bj::object{}}}};
}

bool isUrl(std::string_view text) {
    return text.starts_with("http://") || text.starts_with("https://");
}

/// The base64 after `data:image/png;base64,`; the text itself when it is no data URI.
std::string_view withoutPrefix(std::string_view text) {
    if (!text.starts_with("data:")) return text;
    const auto comma = text.find(',');
    return comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
}

std::string sizeProblem(const Endpoint& endpoint, paint::Size size) {
    const auto& limits = endpoint.image_limits;
    if (std::min(size.width, size.height) < limits.min_side)
        return fmt::format("Image must be at least {0}x{0} pixels", limits.min_side);
    if (size.megapixels() > limits.max_mp)
        return fmt::format("Image must be at most {} megapixels", limits.max_mp);
    return {};
}

class Reader {
  public:
    Reader(const Endpoint& endpoint, bool strict) : endpoint_{endpoint}, strict_{strict} {}

    void read(const contract::Parameter& parameter, const bj::value& value) {
        if (value.is_null()) return;
        if (const auto* items = value.if_array()) {
            for (const auto& item : *items) readOne(parameter, item);
        } else {
            readOne(parameter, value);
        }
    }

    InputImages take() { return std::move(out_); }

  private:
    void readOne(const contract::Parameter& parameter, const bj::value& value) {
        const std::string_view text{value.as_string()};
        InputImage image{parameter.name, {}, {}, {}};
        if (parameter.image == contract::Image::Base64OrUrl && isUrl(text)) {
            image.url = text;
            out_.images.push_back(std::move(image));
            return;
        }
        const bool refused = strict_ && text.starts_with("data:");
        auto bytes = refused ? std::nullopt : fromBase64(withoutPrefix(text));
        const auto size = bytes ? paint::sizeOf(*bytes) : std::nullopt;
        auto problem = size ? sizeProblem(endpoint_, *size) : std::string{"Invalid image"};
        if (bytes && bytes->size() > contract::Contract::bfl().imageMaxBytes())
            problem = "Image must be at most 20 MB";
        if (!problem.empty()) {
            out_.violations.push_back(wrong(parameter.name, problem, value));
            return;
        }
        image.bytes = std::move(*bytes);
        image.size = *size;
        out_.images.push_back(std::move(image));
    }

    const Endpoint& endpoint_;
    const bool strict_;
    InputImages out_;
};

}  // namespace

const InputImage* InputImages::find(std::string_view field) const {
    const auto found = std::ranges::find(images, field, &InputImage::field);
    return found == images.end() ? nullptr : &*found;
}

InputImages readImages(const Endpoint& endpoint, const bj::object& fields, bool strict) {
    Reader reader{endpoint, strict};
    for (const auto& parameter : endpoint.parameters) {
        if (parameter.image == contract::Image::None) continue;
        if (const auto* value = fields.if_contains(parameter.name)) reader.read(parameter, *value);
    }
    auto out = reader.take();
    const auto* image = out.find("image");
    const auto* mask = out.find("mask");
    const bool both =
        image != nullptr && mask != nullptr && image->url.empty() && mask->url.empty();
    if (both && !(image->size == mask->size))
        out.violations.push_back(
            wrong("mask", "Mask must have the same dimensions as the image", nullptr));
    return out;
}

}  // namespace atelier::emulator
