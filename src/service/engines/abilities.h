#pragma once

#include <string_view>

#include "domain/job.h"

namespace atelier {

struct NumberRange {
    double from = 0, to = 0;
};

/// How an engine is told the size of a picture.
enum class Sizing {
    BySource,  ///< not at all
    Grid32,    ///< pixels: 256…1440, multiples of 32
    Grid16,    ///< pixels: 64…1440, multiples of 16, at most one megapixel
    Ratio,     ///< proportions only
};

/// The optional fields of a request that an engine understands.
struct Abilities {
    Sizing sizing = Sizing::BySource;
    std::optional<NumberRange> guidance{};
    std::optional<NumberRange> steps{};
    std::int64_t max_safety = 6;
    bool seed = true;
    bool words = true;
    bool upsampling = false;
    bool raw = false;
    bool image_prompt = false;
    bool image_prompt_strength = false;
    bool finetune = false;  ///< needs `finetuneId`
    bool mask = false;
    bool preserve = false;
    bool control = false;
};

/// Refuses what `job` asks for and its engine does not understand: silence would be paid for.
/// Errors: ValidationFailed, with one entry per field.
Result<> checkAbilities(const Job& job, const Abilities& able);

/// What `job` says to an engine that is `able`, of what putGuidance and putSafety send: all of it
/// in the first step, which was checked. In a later one guidance and steps only when the first
/// step's engine is of the same `family` (the beginning of its name), as others have scales of
/// their own; what is left out goes into `warnings`.
JobRequest settingsOf(const Job& job, const Abilities& able, std::string_view family,
                      std::vector<std::string>& warnings);

/// Width by height of "W:H"; 0 for anything else.
double ratioOf(std::string_view text);

/// Width and height for the provider, by pixels or by ratio; `fallback` when the request says
/// nothing. The request has passed checkAbilities.
struct PixelSize {
    std::int64_t width = 0, height = 0;
};
PixelSize pixelSizeOf(const JobRequest& request, Sizing sizing, PixelSize fallback);

}  // namespace atelier
