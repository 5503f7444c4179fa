#pragma once

#include <cstdint>
#include <string_view>

#include <opencv2/core/mat.hpp>

#include "emulator/paint/colours.h"

namespace atelier::emulator::paint {

/// Places that can be painted.
struct Scenery {
    enum class Kind { Studio, Beach, Nature, City, Mountains, Room };

    static Kind of(const Words& words);
    static bool isNamedIn(const Words& words) { return of(words) != Kind::Studio; }
};

/// The place that `prompt` names, in its colours; a photographer's backdrop when it
/// names none. The same for the same arguments.
cv::Mat paintScenery(cv::Size size, std::string_view prompt, std::int64_t seed);

/// A furnished room in one-point perspective.
cv::Mat paintRoom(cv::Size size, std::string_view prompt, std::int64_t seed);

}  // namespace atelier::emulator::paint
