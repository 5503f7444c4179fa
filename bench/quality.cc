// How good the image work is, measured without a provider: what `make quality` prints.
//
//   quality              the table; exit code 1 when a target is missed
//   quality memory MP    one job of a photo of so many megapixels; prints the most memory it took,
//   in MiB
#include <sys/resource.h>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "imaging/align.h"
#include "imaging/decode.h"
#include "imaging/face_finder.h"
#include "imaging/figures.h"
#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

bool all_reached = true;

void line(const std::string& figure, const std::string& target, const std::string& measured,
          bool reached) {
    all_reached = all_reached && reached;
    fmt::print("{:<46}  {:<12}  {:>10}  {}\n", figure, target, measured, reached ? "ok" : "MISSED");
}

cv::Mat maskOf(const cv::Mat& pixels) {
    cv::Mat band;
    cv::extractChannel(pixels, band, 0);
    return band > 127;
}

double shareOf(const cv::Mat& part, const cv::Mat& whole) {
    return static_cast<double>(cv::countNonZero(part)) / std::max(1, cv::countNonZero(whole));
}

/// Share of the face's ellipse that `mask` covers; 0 without a face.
double faceMasked(const Bytes& person, const cv::Mat& mask) {
    static const imaging::FaceFinder kFaces{std::string(VipsImaging::kCascades)};
    const auto pixels = imaging::loadFitted(person, {1024, 1024}, imaging::Fit::Inside);
    const auto face = kFaces.find(pixels->mat());
    if (!face) return 0;
    cv::Mat ellipse(pixels->mat().size(), CV_8UC1, cv::Scalar(0)), small;
    const auto middle = (face->box.tl() + face->box.br()) / 2;
    cv::ellipse(ellipse, cv::Point(middle),
                cv::Size(cvRound(face->box.width / 2), cvRound(face->box.height / 2)), face->tilt,
                0, 360, cv::Scalar(255), -1);
    cv::resize(mask, small, ellipse.size(), 0, 0, cv::INTER_NEAREST);
    return shareOf(small & ellipse, ellipse);
}

void measureMasks() {
    const std::vector<std::string> names{"person_1", "person_00008_00", "person_00055_00"};
    double sum = 0;
    for (const auto& name : names) {
        const auto person = photo(name + ".jpg"), drawn = photo(name + "_upper_mask.png");
        if (!person || !drawn) {
            fmt::print("masks: the shared photos are not installed (ATELIER_PHOTOS)\n");
            return;
        }
        const auto made = imaging().autoMask(*person, Category::UpperBody).value();
        const auto mask = maskOf(decoded(made.mask)), reference = maskOf(decoded(*drawn));
        const double iou = shareOf(mask & reference, mask | reference),
                     recall = shareOf(mask & reference, reference),
                     face = faceMasked(*person, mask);
        sum += iou;
        line("mask of " + name + ": IoU", ">= 0.70", fmt::format("{:.3f}", iou), iou >= 0.7);
        line("mask of " + name + ": recall", ">= 0.92", fmt::format("{:.3f}", recall),
             recall >= 0.92);
        line("mask of " + name + ": face masked", "<= 0.5 %", fmt::format("{:.2f} %", face * 100),
             face <= 0.005);
    }
    const double mean = sum / static_cast<double>(names.size());
    line("masks: mean IoU", ">= 0.80", fmt::format("{:.3f}", mean), mean >= 0.8);
}

/// One try-on with a photo, and an answer that `repaint` makes of the canvas.
struct Round {
    cv::Mat person, mask, result;
};

Round roundOf(const cv::Mat& person, const cv::Mat& mask,
              const std::function<void(cv::Mat&, const cv::Mat&)>& repaint) {
    const auto person_png = encoded(person, ".png"), mask_png = encoded(mask, ".png");
    const auto diptych =
        imaging().diptych(encoded(scene(512, 512), ".png"), person_png, mask_png).value();
    auto answer = decoded(diptych.canvas);
    repaint(answer, maskOf(decoded(diptych.mask)));
    const auto result = imaging().composite(person_png, mask_png, encoded(answer, ".png"),
                                            diptych.person, diptych.canvas.size, ImageFormat::Png);
    return {person, mask, decoded(result.value())};
}

/// Mean steepness of brightness on the mask's border.
double steepness(const cv::Mat& rgb, const cv::Mat& mask) {
    cv::Mat grey, x, y, length, border;
    cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
    cv::Sobel(grey, x, CV_32F, 1, 0);
    cv::Sobel(grey, y, CV_32F, 0, 1);
    cv::magnitude(x, y, length);
    cv::morphologyEx(mask, border, cv::MORPH_GRADIENT, cv::Mat());
    return cv::mean(length, border)[0];
}

void measureComposites() {
    const auto figure = decoded(imaging::drawDefaultFigure());
    const auto mask =
        maskOf(decoded(imaging().autoMask(encoded(figure, ".png"), Category::UpperBody)->mask));
    const auto green = roundOf(figure, mask, [](cv::Mat& canvas, const cv::Mat& where) {
        canvas.setTo(cv::Scalar(20, 160, 60), where);
    });
    cv::Mat delta;
    cv::absdiff(green.result, green.person, delta);
    const double outside = cv::sum(cv::mean(delta, ~mask))[0];
    line("composite: difference outside the mask", "0", fmt::format("{:.4f}", outside),
         outside == 0);

    const auto same = roundOf(figure, mask, [](cv::Mat&, const cv::Mat&) {});
    cv::absdiff(same.result, same.person, delta);
    const double levels = cv::mean(delta.reshape(1))[0];
    line("composite: an answer that changes nothing", "<= 1 level", fmt::format("{:.3f}", levels),
         levels <= 1);

    const auto tinted = roundOf(figure, mask, [](cv::Mat& canvas, const cv::Mat&) {
        canvas = canvas * 0.93 + cv::Scalar(8, 4, -2);
    });
    const double seam = steepness(tinted.result, mask) / steepness(figure, mask);
    line("composite: seam of a tinted answer", "<= 1.10", fmt::format("{:.3f}", seam), seam <= 1.1);
}

void measureAlignment() {
    cv::Mat picture;
    cv::cvtColor(scene(768, 1024), picture, cv::COLOR_RGB2GRAY);
    const auto mask = ellipseMask(768, 1024);
    double worst = 0;
    for (const double scale : {0.97, 0.985, 1.0, 1.015, 1.03}) {
        for (const double shift : {0.0, 1.5, 4.0, 8.0, 12.0}) {
            imaging::Alignment moved;
            moved.scale_x = moved.scale_y = scale;
            moved.shift_x = shift;
            moved.shift_y = -shift / 2;
            cv::Mat answer = picture.clone();
            answer.setTo(200, mask);
            cv::warpAffine(answer, answer, moved.matrix(picture.size()), picture.size(),
                           cv::INTER_CUBIC, cv::BORDER_REPLICATE);
            const auto found = imaging::align(picture, answer, ~mask);
            const double x =
                std::abs(found.scale_x - scale) * 384 + std::abs(found.shift_x - shift);
            const double y =
                std::abs(found.scale_y - scale) * 512 + std::abs(found.shift_y + shift / 2);
            worst = std::max(worst, std::hypot(x, y));
        }
    }
    line("alignment: worst corner, 0-12 px, 0.97-1.03", "<= 0.5 px",
         fmt::format("{:.3f} px", worst), worst <= 0.5);
}

double peakMiB() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Image work of one job with the photo in `file`, from the upload to the result.
int oneJob(const char* file) {
    std::ifstream in(file, std::ios::binary);
    const Bytes person(std::istreambuf_iterator<char>(in), {});
    const auto garment = imaging::drawDefaultGarment();
    const double before = peakMiB();
    const auto upload = imaging().normalise(person, {}).value();
    const auto mask = imaging().autoMask(*upload.bytes, Category::UpperBody).value();
    const auto diptych = imaging().diptych(*garment.bytes, *upload.bytes, *mask.mask.bytes).value();
    const auto result = imaging().composite(*upload.bytes, *mask.mask.bytes, *diptych.canvas.bytes,
                                            diptych.person, diptych.canvas.size, ImageFormat::Jpeg);
    fmt::print("{:.1f}\n", peakMiB() - before);
    return result ? 0 : 1;
}

/// In a process of its own: what a process took once it does not give back.
void measureMemory(const std::string& self, int megapixels, double most) {
    const double side = std::sqrt(megapixels * 1e6 / 12);
    const auto file = fmt::format("{}.{}mp.jpg", self, megapixels);
    {
        cv::Mat large;
        cv::resize(decoded(imaging::drawDefaultFigure()), large,
                   {static_cast<int>(side * 3), static_cast<int>(side * 4)}, 0, 0,
                   cv::INTER_LINEAR);
        std::ofstream(file, std::ios::binary) << encoded(large, ".jpg[Q=90]");
    }
    FILE* pipe = ::popen(fmt::format("'{}' memory '{}'", self, file).c_str(), "r");
    double took = 0;
    const bool read = std::fscanf(pipe, "%lf", &took) == 1;
    const bool ended = ::pclose(pipe) == 0;
    std::remove(file.c_str());
    line(fmt::format("memory of a job of {} MP", megapixels), fmt::format("<= {:.0f} MiB", most),
         fmt::format("{:.0f} MiB", took), read && ended && took <= most);
}

int measureAll(const std::string& self) {
    measureMasks();
    measureComposites();
    measureAlignment();
    measureMemory(self, 12, 150);
    measureMemory(self, 50, 400);
    return all_reached ? 0 : 1;
}

}  // namespace
}  // namespace atelier::test

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view{argv[1]} == "memory") {
        return atelier::test::oneJob(argv[2]);
    }
    return atelier::test::measureAll(argv[0]);
}
