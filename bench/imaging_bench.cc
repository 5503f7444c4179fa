// The price of image work on a 12 MP photo, next to libvips doing the least that could be done.
#include <benchmark/benchmark.h>

#include <opencv2/imgproc.hpp>
#include <vips/vips8>

#include "imaging/encode.h"
#include "imaging/figures.h"
#include "imaging/pixels.h"
#include "imaging/vips_imaging.h"

namespace atelier {
namespace {

using vips::VImage;

constexpr Size kPhoto{3000, 4000};

/// Made once: the drawn figure enlarged to 12 MP, with the noise of a camera.
struct Sample {
    VipsImaging imaging{1};
    Bytes person, garment, mask, answer;
    Diptych diptych;

    Sample() {
        const auto figure = *imaging::drawDefaultFigure().bytes;
        const auto small =
            imaging::Pixels::from(VImage::new_from_buffer(figure.data(), figure.size(), ""));
        cv::Mat large, noise(kPhoto.height, kPhoto.width, CV_8UC3);
        cv::resize(small.mat(), large, {kPhoto.width, kPhoto.height}, 0, 0, cv::INTER_CUBIC);
        cv::RNG(1).fill(noise, cv::RNG::NORMAL, 6, 4);
        large += noise;
        person = *imaging::encode(imaging::Pixels::from(large).image(), ImageFormat::Jpeg).bytes;
        garment = *imaging.convert(*imaging::drawDefaultGarment().bytes, ImageFormat::Jpeg)->bytes;
        mask = *imaging.autoMask(person, Category::UpperBody)->mask.bytes;
        diptych = *imaging.diptych(garment, person, mask);
        answer = *diptych.canvas.bytes;
    }
};

const Sample& sample() {
    static const Sample made;
    return made;
}

/// Bytes that libvips allocated.
struct Saved {
    VipsBlob* blob;
    ~Saved() { vips_area_unref(VIPS_AREA(blob)); }
};

void libvips_decode_shrink_encode(benchmark::State& state) {
    const auto& person = sample().person;
    for (auto _ : state) {
        const Saved source{vips_blob_new(nullptr, person.data(), person.size())};
        const auto image =
            VImage::thumbnail_buffer(source.blob, 1024, VImage::option()->set("height", 1024));
        const Saved saved{image.jpegsave_buffer(VImage::option()->set("Q", 95))};
        benchmark::DoNotOptimize(saved.blob);
    }
}

/// The photo with a byte behind its end that makes it another one: nothing of it is remembered.
Bytes anotherPhoto() {
    static std::uint64_t count = 0;
    return sample().person + std::to_string(count++);
}

/// All image work between a job and its submit.
void prepare_12mp(benchmark::State& state) {
    const auto& [imaging, person, garment, mask, answer, diptych] = sample();
    for (auto _ : state) {
        const auto photo = anotherPhoto();
        const auto made = imaging.autoMask(photo, Category::UpperBody);
        benchmark::DoNotOptimize(imaging.diptych(garment, photo, *made->mask.bytes));
    }
}

void auto_mask_12mp(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(sample().imaging.autoMask(anotherPhoto(), Category::UpperBody));
    }
}

/// With a mask that is there already: of a person who was dressed before, or the client's.
void diptych_12mp(benchmark::State& state) {
    const auto& [imaging, person, garment, mask, answer, diptych] = sample();
    for (auto _ : state) {
        benchmark::DoNotOptimize(imaging.diptych(garment, anotherPhoto(), mask));
    }
}

void libvips_decode_encode(benchmark::State& state) {
    const auto& person = sample().person;
    for (auto _ : state) {
        const auto image =
            VImage::new_from_buffer(person.data(), person.size(), "",
                                    VImage::option()->set("access", VIPS_ACCESS_SEQUENTIAL));
        const Saved saved{image.jpegsave_buffer(VImage::option()->set("Q", 92))};
        benchmark::DoNotOptimize(saved.blob);
    }
}

void finish_12mp(benchmark::State& state) {
    const auto& [imaging, person, garment, mask, answer, diptych] = sample();
    for (auto _ : state) {
        const auto result = imaging.composite(person, mask, answer, diptych.person,
                                              diptych.canvas.size, ImageFormat::Jpeg);
        benchmark::DoNotOptimize(imaging.thumbnail(*result, 512, ImageFormat::Jpeg));
    }
}

void normalise_12mp(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(sample().imaging.normalise(sample().person, {}));
    }
}

BENCHMARK(libvips_decode_shrink_encode)->Unit(benchmark::kMillisecond);
BENCHMARK(prepare_12mp)->Unit(benchmark::kMillisecond);
BENCHMARK(auto_mask_12mp)->Unit(benchmark::kMillisecond);
BENCHMARK(diptych_12mp)->Unit(benchmark::kMillisecond);
BENCHMARK(libvips_decode_encode)->Unit(benchmark::kMillisecond);
BENCHMARK(finish_12mp)->Unit(benchmark::kMillisecond);
BENCHMARK(normalise_12mp)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace atelier
