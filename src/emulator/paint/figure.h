#pragma once

#include <cstdint>
#include <string_view>

#include <opencv2/core/mat.hpp>

#include "emulator/paint/colours.h"

namespace atelier::emulator::paint {

/// How the person looks, as the prompt and the seed decide.
struct Look {
    enum class Bottom { Trousers, Skirt, Dress };

    bool man = false;
    bool long_hair = true;
    bool long_sleeves = false;
    bool jacket = false;
    Bottom bottom = Bottom::Trousers;
    Colour skin, hair, top, lower, coat;

    static Look of(const Words& words, std::int64_t seed, std::string_view prompt);
};

/// A standing person before the place that `prompt` names; the whole figure when it
/// asks for one ("full body", "standing"), else down to the knees. The face is drawn
/// so that face detectors find it.
cv::Mat paintFigure(cv::Size size, std::string_view prompt, std::int64_t seed);

}  // namespace atelier::emulator::paint
