#pragma once

#include <cstdint>
#include <random>
#include <string_view>

#include <opencv2/core/mat.hpp>

namespace atelier::emulator::paint {

/// Chance that a seed and a text decide: the same throws every time.
class Dice {
  public:
    Dice(std::int64_t seed, std::string_view text);

    double between(double low, double high);
    /// 0 … count-1
    int pick(int count);

  private:
    std::mt19937_64 engine_;
};

/// Adds fine grain of ±`amplitude` grey levels, the same for the same seed.
void addGrain(cv::Mat& rgb, double amplitude, std::int64_t seed);

}  // namespace atelier::emulator::paint
