#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <opencv2/dnn.hpp>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "domain/asset.h"
#include "domain/error.h"

namespace atelier::imaging {

/// What stands beside a model, in `<model>.json`: how it wants its input, and what its labels mean.
struct ParserDescription {
    int width = 0, height = 0;  ///< of the input, pixels
    std::vector<double> mean;   ///< of R, G, B, subtracted from 0…255
    double scale = 1.0 / 255;   ///< applied after that
    /// Category (`upper_body` …) → labels that make its region; `keep` → face, hair, hands, …
    std::map<std::string, std::vector<int>> labels;
};
BOOST_DESCRIBE_STRUCT(ParserDescription, (), (width, height, mean, scale, labels))

/// A neural human parser: an ONNX network with one input 1×3×height×width (RGB) and one output
/// 1×labels×h×w of scores, run by OpenCV on the CPU. Thread-safe: one picture at a time.
class PersonParser {
  public:
    /// Errors: ValidationFailed (no such file, not a network, description missing or wrong; the
    /// cause says which).
    static Result<std::unique_ptr<PersonParser>> open(const std::string& model);

    /// The region of `category` at the size of `rgb`, 8 bit, generous as the guidance wants it.
    /// Nothing when the network has no labels for it or sees none of them.
    std::optional<cv::Mat> region(const cv::Mat& rgb, Category category) const;

  private:
    PersonParser(cv::dnn::Net net, ParserDescription description);
    /// The likeliest label of each pixel of the network's output.
    cv::Mat label(const cv::Mat& rgb) const;
    cv::Mat pick(const cv::Mat& labels, const std::string& name, cv::Size size) const;

    ParserDescription description_;
    mutable std::mutex mutex_;
    mutable cv::dnn::Net net_;  // guarded by mutex_
};

}  // namespace atelier::imaging
