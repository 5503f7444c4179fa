#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <opencv2/core/types.hpp>

namespace atelier::emulator::paint {

/// RGB, 0…255.
using Colour = cv::Scalar;

/// A prompt, cut into lower-case words.
class Words {
  public:
    explicit Words(std::string_view prompt);

    bool has(std::initializer_list<std::string_view> any) const;
    /// The colours named, in order.
    std::vector<Colour> colours() const;
    /// The colour named at most three words before one of `nouns`: "a red silk dress".
    std::optional<Colour> colourOf(std::initializer_list<std::string_view> nouns) const;

  private:
    std::vector<std::string> words_;
};

/// Between `a` (0) and `b` (1).
Colour mix(const Colour& a, const Colour& b, double share);

}  // namespace atelier::emulator::paint
