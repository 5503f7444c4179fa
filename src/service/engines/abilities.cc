#include "service/engines/abilities.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace atelier {
namespace {

constexpr std::int64_t kMostPixels = 1'048'576;
constexpr double kUsualArea = 832 * 1248;  // what ratios are turned into
constexpr std::int64_t kLongest = 1440;
constexpr double kWidest = 21.0 / 9;  // bfl-api.md §2b: 21:9 to 9:21

struct Grid {
    std::int64_t least, step;
};

Grid gridOf(Sizing sizing) {
    return sizing == Sizing::Grid16 ? Grid{64, 16} : Grid{256, 32};
}

/// Collects what is wrong, in the words of one engine.
class Complaints {
  public:
    explicit Complaints(const Job& job) : engine_{job.request.engine} {}

    void add(std::string pointer, std::string message) {
        fields_.push_back({std::move(pointer), std::move(message)});
    }
    void notTaken(std::string pointer, bool given, bool able) {
        if (given && !able)
            add(std::move(pointer), fmt::format("is not understood by engine {}", engine_));
    }
    template <class T>
    void range(std::string pointer, const std::optional<T>& given,
               const std::optional<NumberRange>& allowed) {
        notTaken(pointer, given.has_value(), allowed.has_value());
        if (!given || !allowed) return;
        const auto value = static_cast<double>(*given);
        if (value < allowed->from || value > allowed->to)
            add(std::move(pointer), fmt::format("must be {:g} to {:g} for engine {}", allowed->from,
                                                allowed->to, engine_));
    }
    Result<> verdict() && {
        if (fields_.empty()) return {};
        Error error{
            ErrorCode::ValidationFailed,
            fmt::format("{}: {}", fields_.front().pointer.substr(1), fields_.front().message)};
        error.fields = std::move(fields_);
        return failure(std::move(error));
    }

  private:
    const std::string engine_;
    std::vector<FieldError> fields_;
};

void checkSide(Complaints& complaints, std::string pointer, std::optional<std::int64_t> pixels,
               Grid grid) {
    if (!pixels || (*pixels >= grid.least && *pixels <= kLongest && *pixels % grid.step == 0))
        return;
    complaints.add(std::move(pointer),
                   fmt::format("must be {} to {} and a multiple of {} for this engine", grid.least,
                               kLongest, grid.step));
}

void checkSize(Complaints& complaints, const JobRequest& request, Sizing sizing) {
    const bool by_pixels = sizing == Sizing::Grid16 || sizing == Sizing::Grid32;
    complaints.notTaken("/width", request.width.has_value(), by_pixels);
    complaints.notTaken("/height", request.height.has_value(), by_pixels);
    complaints.notTaken("/aspectRatio", request.aspect_ratio.has_value(),
                        sizing != Sizing::BySource);
    if (request.aspect_ratio) {
        const auto ratio = ratioOf(*request.aspect_ratio);
        if (ratio < 1 / kWidest - 1e-9 || ratio > kWidest + 1e-9)
            complaints.add("/aspectRatio", "must be W:H between 21:9 and 9:21");
        if (request.width || request.height)
            complaints.add("/aspectRatio", "give a size or a ratio, not both");
    }
    if (!by_pixels) return;
    checkSide(complaints, "/width", request.width, gridOf(sizing));
    checkSide(complaints, "/height", request.height, gridOf(sizing));
    if (sizing == Sizing::Grid16 &&
        request.width.value_or(0) * request.height.value_or(0) > kMostPixels)
        complaints.add(
            "/width",
            fmt::format("width × height must be at most {} pixels for this engine", kMostPixels));
}

void checkFinetune(Complaints& complaints, const EngineFields& fields, bool able) {
    complaints.notTaken("/finetuneId", fields.finetune_id.has_value(), able);
    complaints.notTaken("/finetuneStrength", fields.finetune_strength.has_value(), able);
    if (able && !fields.finetune_id) complaints.add("/finetuneId", "is needed by this engine");
}

}  // namespace

double ratioOf(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return 0;
    const auto number = [](std::string_view digits) {
        int value = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return error == std::errc{} && end == digits.data() + digits.size() ? value : 0;
    };
    const int width = number(text.substr(0, colon)), height = number(text.substr(colon + 1));
    return width > 0 && height > 0 ? static_cast<double>(width) / height : 0;
}

Result<> checkAbilities(const Job& job, const Abilities& able) {
    const auto& request = job.request;
    Complaints complaints{job};
    checkSize(complaints, request, able.sizing);
    checkFinetune(complaints, request.extra, able.finetune);
    complaints.notTaken("/seed", request.seed.has_value(), able.seed);
    complaints.notTaken("/prompt", request.prompt.has_value(), able.words);
    complaints.notTaken("/sceneId", request.scene_id.has_value(), able.words);
    complaints.range("/guidance", request.guidance, able.guidance);
    complaints.range("/steps", request.steps, able.steps);
    complaints.range("/safetyTolerance", request.safety_tolerance,
                     std::optional{NumberRange{0, static_cast<double>(able.max_safety)}});
    const bool image_prompt = job.provenance.inputs.contains("imagePrompt");
    complaints.notTaken("/imagePrompt", image_prompt, able.image_prompt);
    complaints.notTaken("/imagePromptStrength", request.extra.image_prompt_strength.has_value(),
                        able.image_prompt_strength);
    if (request.extra.image_prompt_strength && !image_prompt)
        complaints.add("/imagePromptStrength", "says nothing without imagePrompt");
    complaints.notTaken("/promptUpsampling", request.prompt_upsampling.has_value(),
                        able.upsampling);
    complaints.notTaken("/raw", request.extra.raw.has_value(), able.raw);
    complaints.notTaken("/mask", request.mask_key.has_value(), able.mask);
    complaints.notTaken("/preserve", request.extra.preserve.has_value(), able.preserve);
    complaints.notTaken("/control", request.extra.control.has_value(), able.control);
    return std::move(complaints).verdict();
}

JobRequest settingsOf(const Job& job, const Abilities& able, std::string_view family,
                      std::vector<std::string>& warnings) {
    if (stepOf(job) == 0) return job.request;
    JobRequest out;
    const auto carry = [&](auto JobRequest::* field, bool taken, std::string_view name) {
        if (taken)
            out.*field = job.request.*field;
        else if (job.request.*field)
            warnings.push_back(
                fmt::format("{} is for the first step only, not for the scene", name));
    };
    const bool same_scale = job.request.engine.starts_with(family);
    carry(&JobRequest::guidance, able.guidance && same_scale, "guidance");
    carry(&JobRequest::steps, able.steps && same_scale, "steps");
    carry(&JobRequest::prompt_upsampling, able.upsampling, "promptUpsampling");
    out.safety_tolerance = job.request.safety_tolerance;
    return out;
}

PixelSize pixelSizeOf(const JobRequest& request, Sizing sizing, PixelSize fallback) {
    if (!request.aspect_ratio) {
        // One side given: the usual other one, as far as it fits.
        const auto beside = [sizing](std::int64_t usual, std::optional<std::int64_t> given) {
            return sizing == Sizing::Grid16 && given
                       ? std::min(usual, kMostPixels / *given / 16 * 16)
                       : usual;
        };
        return {request.width.value_or(beside(fallback.width, request.height)),
                request.height.value_or(beside(fallback.height, request.width))};
    }
    const auto grid = gridOf(sizing);
    const double ratio = ratioOf(*request.aspect_ratio);
    double width = std::sqrt(kUsualArea * ratio), height = std::sqrt(kUsualArea / ratio);
    const double shrink = std::min(1.0, kLongest / std::max(width, height));
    const auto side = [&](double pixels) {
        const auto exact = static_cast<std::int64_t>(
            std::floor(pixels * shrink / static_cast<double>(grid.step) + 0.5));
        return std::clamp(exact * grid.step, grid.least, kLongest);
    };
    return {side(width), side(height)};
}

}  // namespace atelier
