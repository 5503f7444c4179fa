#include "emulator/paint/noise.h"

#include <opencv2/core.hpp>

namespace atelier::emulator::paint {

namespace {

/// FNV-1a: unlike std::hash the same on every platform.
std::uint64_t hashOf(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001B3;
    return hash;
}

}  // namespace

Dice::Dice(std::int64_t seed, std::string_view text)
    : engine_{static_cast<std::uint64_t>(seed) ^ hashOf(text)} {}

double Dice::between(double low, double high) {
    constexpr double kSteps = 9007199254740992.0;  // 2^53
    return low + (high - low) * static_cast<double>(engine_() >> 11) / kSteps;
}

int Dice::pick(int count) {
    return static_cast<int>(engine_() % static_cast<std::uint64_t>(count));
}

void addGrain(cv::Mat& rgb, double amplitude, std::int64_t seed) {
    cv::RNG random(static_cast<std::uint64_t>(seed) * 2 + 1);
    cv::Mat noise(rgb.size(), CV_16SC3);
    random.fill(noise, cv::RNG::UNIFORM, cv::Scalar::all(-amplitude),
                cv::Scalar::all(amplitude + 1));
    cv::add(rgb, noise, rgb, cv::noArray(), CV_8U);
}

}  // namespace atelier::emulator::paint
