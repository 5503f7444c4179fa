#include "imaging/vips_runtime.h"

#include <cstdlib>
#include <opencv2/core/utility.hpp>
#include <stdexcept>
#include <vips/vips8>

#include "imaging/large_pages.h"

namespace atelier::imaging {
namespace {

/// libvips looks below this folder for its modules: HEIF, PDF, ImageMagick. They read formats that
/// are refused here, and cost 6 MiB and a third of the time to start. Set before there are threads.
/// Source: vips_init, vips_guess_prefix.
[[maybe_unused]] const int kModulesLeftOut =
    ::setenv("VIPSHOME", "/nonexistent", 1);  // NOLINT(concurrency-mt-unsafe)

void initialise() {
    if (VIPS_INIT("atelier") != 0) {
        throw std::runtime_error("libvips cannot start: " + takeVipsError());
    }
    vips_operation_block_set("VipsForeignLoad", TRUE);
    for (const char* loader : {"VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp",
                               "VipsForeignLoadNsgif"}) {
        vips_operation_block_set(loader, FALSE);
    }
    vips_block_untrusted_set(TRUE);
    vips_cache_set_max(0);
    vips_cache_set_max_mem(0);
    vips_cache_set_max_files(0);
    // Its warnings ("not enough data") reach us as errors where they matter.
    g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING, [](auto...) {}, nullptr);
}

}  // namespace

void ensureVips() {
    static std::once_flag once;
    std::call_once(once, initialise);
}

void startVips(int threads) {
    ensureVips();
    useLargePages();
    vips_concurrency_set(std::max(1, threads));
    cv::setNumThreads(std::max(1, threads));
}

std::string takeVipsError() {
    std::string message = vips_error_buffer();
    vips_error_clear();
    return message;
}

}  // namespace atelier::imaging
