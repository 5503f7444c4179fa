#include "imaging/parser.h"

#include <fstream>
#include <iterator>
#include <opencv2/imgproc.hpp>

#include "imaging/shapes.h"
#include "imaging/vips_runtime.h"
#include "util/json.h"
#include "util/names.h"

namespace atelier::imaging {
namespace {

constexpr double kLeastShare = 0.004;  // of the picture: fewer pixels are noise
constexpr float kMargin = 0.025F;      // of the longest side, by which regions grow

Result<ParserDescription> describe(const std::string& path) {
    std::ifstream file(path);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    auto description = json::read<ParserDescription>(text);
    if (!description) {
        return failure(
            ErrorCode::ValidationFailed, "the mask model's description cannot be read",
            path + ": " + description.error().pointer + " " + description.error().message);
    }
    if (description->width < 16 || description->height < 16 || description->mean.size() != 3) {
        return failure(ErrorCode::ValidationFailed, "the mask model's description is incomplete",
                       path + ": width, height ≥ 16 and three means are needed");
    }
    return *description;
}

}  // namespace

Result<std::unique_ptr<PersonParser>> PersonParser::open(const std::string& model) {
    auto description = describe(model + ".json");
    if (!description) {
        return failure(description.error());
    }
    return guarded(ErrorCode::ValidationFailed, "the mask model cannot be used",
                   [&]() -> Result<std::unique_ptr<PersonParser>> {
                       return std::unique_ptr<PersonParser>(new PersonParser(
                           cv::dnn::readNetFromONNX(model), std::move(*description)));
                   });
}

PersonParser::PersonParser(cv::dnn::Net net, ParserDescription description)
    : description_{std::move(description)}, net_{net} {}

cv::Mat PersonParser::label(const cv::Mat& rgb) const {
    const cv::Scalar mean(description_.mean[0], description_.mean[1], description_.mean[2]);
    const auto input = cv::dnn::blobFromImage(rgb, description_.scale,
                                              {description_.width, description_.height}, mean);
    cv::Mat scores;
    {
        const std::lock_guard lock(mutex_);
        net_.setInput(input);
        scores = net_.forward().clone();
    }
    CV_Assert(scores.dims == 4 && scores.type() == CV_32F);
    const cv::Size size(scores.size[3], scores.size[2]);
    cv::Mat best(size, CV_32F, cv::Scalar(-FLT_MAX)), labels(size, CV_32S, cv::Scalar(0));
    for (int i = 0; i < scores.size[1]; ++i) {
        const cv::Mat plane(size, CV_32F, scores.ptr<float>(0, i));
        const cv::Mat better = plane > best;
        plane.copyTo(best, better);
        labels.setTo(i, better);
    }
    return labels;
}

cv::Mat PersonParser::pick(const cv::Mat& labels, const std::string& name, cv::Size size) const {
    cv::Mat mask = cv::Mat::zeros(labels.size(), CV_8UC1);
    if (const auto wanted = description_.labels.find(name); wanted != description_.labels.end()) {
        for (const int label : wanted->second) {
            mask |= labels == label;
        }
    }
    cv::resize(mask, mask, size, 0, 0, cv::INTER_LINEAR);
    return mask > 127;
}

std::optional<cv::Mat> PersonParser::region(const cv::Mat& rgb, Category category) const {
    const auto name = nameOf(category);
    if (!description_.labels.contains(std::string(name))) {
        return std::nullopt;
    }
    const auto labels = label(rgb);
    const auto found = pick(labels, std::string(name), rgb.size());
    if (cv::countNonZero(found) < kLeastShare * static_cast<double>(rgb.total())) {
        return std::nullopt;
    }
    const float margin = kMargin * static_cast<float>(std::max(rgb.cols, rgb.rows));
    return grown(closed(found, 2 * margin), margin) & ~pick(labels, "keep", rgb.size());
}

}  // namespace atelier::imaging
