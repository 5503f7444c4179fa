// What the emulator's pictures cost: of the default size each, decoded, drawn and encoded.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/json.hpp>

#include "contract/check.h"
#include "emulator/paint/figure.h"
#include "emulator/paint/painter.h"
#include "emulator/paint/sizes.h"
#include "imaging/figures.h"

namespace atelier::emulator::paint {
namespace {

constexpr int kWidth = 768, kHeight = 1024;  // as the provider makes them by default, upright

Order order(std::string_view path, boost::json::object fields, std::vector<NamedImage> images) {
    Order out;
    out.endpoint = contract::Contract::bfl().find(path);
    out.fields = contract::coerce(*out.endpoint, std::move(fields));
    std::vector<Size> sizes;
    for (const auto& image : images)
        if (image.field != "mask") sizes.push_back(*sizeOf(image.bytes));
    out.images = std::move(images);
    out.output = outputSize(*out.endpoint, out.fields, sizes);
    out.seed = 7;
    return out;
}

Bytes person() {
    return encode(paintFigure({kWidth, kHeight}, "a woman in a red t-shirt", 3), "jpeg");
}

Bytes garment() {
    return encode(decodeRgb(*imaging::drawDefaultGarment().bytes), "jpeg");
}

void run(benchmark::State& state, const Order& wanted) {
    for (auto _ : state) benchmark::DoNotOptimize(paint(wanted));
    state.counters["megapixels"] = wanted.output.megapixels();
}

void generate(benchmark::State& state) {
    run(state,
        order("/v1/flux-2-pro",
              {{"prompt", "a man in a blue coat"}, {"width", kWidth}, {"height", kHeight}}, {}));
}

void try_on(benchmark::State& state) {
    run(state, order("/v1/flux-tools/vto-v2", {{"prompt", "the top of image 2"}},
                     {{"person", person()}, {"garment", garment()}}));
}

void change_scene(benchmark::State& state) {
    run(state, order("/v1/flux-2-pro", {{"prompt", "the background is a beach"}},
                     {{"input_image", person()}}));
}

void fill(benchmark::State& state) {
    cv::Mat mask(kHeight, kWidth, CV_8UC3, cv::Scalar::all(0));
    mask(cv::Rect(kWidth / 2, kHeight / 4, kWidth / 3, kHeight / 2)).setTo(cv::Scalar::all(255));
    run(state, order("/v1/flux-pro-1.0-fill", {{"prompt", "a pair of pictures"}},
                     {{"image", person()}, {"mask", encode(mask, "png")}}));
}

BENCHMARK(generate)->Unit(benchmark::kMillisecond);
BENCHMARK(try_on)->Unit(benchmark::kMillisecond);
BENCHMARK(change_scene)->Unit(benchmark::kMillisecond);
BENCHMARK(fill)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace atelier::emulator::paint

BENCHMARK_MAIN();
