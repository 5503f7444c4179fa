#pragma once

#include <string>

#include "domain/error.h"

namespace atelier::imaging {

/// Starts libvips once per process: no operation cache, and of all loaders only JPEG, PNG, WebP and
/// GIF. Thread-safe. Throws std::runtime_error when libvips cannot start. Source: libvips
/// "vips_operation_block_set".
void ensureVips();

/// Threads per operation, for libvips and OpenCV; calls ensureVips.
void startVips(int threads);

/// Takes libvips' message of the last failure on any thread; for logs.
std::string takeVipsError();

/// Runs `work` (which returns a Result) and turns what the libraries throw into `code` with
/// `detail`.
template <class Work>
auto guarded(ErrorCode code, std::string_view detail, Work&& work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::exception& error) {
        takeVipsError();
        return failure(code, std::string(detail), error.what());
    }
}

}  // namespace atelier::imaging
