#include "imaging/large_pages.h"

#include <sys/mman.h>

#include <cstdint>
#include <opencv2/core.hpp>

namespace atelier::imaging {
namespace {

constexpr std::size_t kPage = std::size_t{2} << 20;  // of x86-64 and most of arm64
constexpr std::size_t kLarge = 8 * kPage;            // smaller ones an allocator keeps at hand

std::size_t wholePages(std::size_t bytes) {
    return (bytes + kPage - 1) / kPage * kPage;
}

/// Straight from the kernel, which also takes it back at once: allocators keep large blocks.
uchar* mapPages(std::size_t bytes) {
    const auto size = wholePages(bytes);
    auto* raw = static_cast<uchar*>(
        mmap(nullptr, size + kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (raw == MAP_FAILED) CV_Error(cv::Error::StsNoMem, "no memory for a picture");
    // Only aligned memory lies in large pages: what is in front of it and behind goes back.
    const auto in_front = (kPage - reinterpret_cast<std::uintptr_t>(raw) % kPage) % kPage;
    if (in_front > 0) munmap(raw, in_front);
    munmap(raw + in_front + size, kPage - in_front);
    static_cast<void>(madvise(raw + in_front, size, MADV_HUGEPAGE));  // a hint
    return raw + in_front;
}

/// OpenCV's own for small matrices and for those of other memory. Source: cv::StdMatAllocator.
class LargePages final : public cv::MatAllocator {
  public:
    explicit LargePages(const cv::MatAllocator& small) : small_{small} {}

    // Its parameters are OpenCV's.  NOLINTNEXTLINE(readability-function-size)
    cv::UMatData* allocate(int dims, const int* sizes, int type, void* data, std::size_t* step,
                           cv::AccessFlag access, cv::UMatUsageFlags usage) const override {
        std::size_t total = CV_ELEM_SIZE(type);
        for (int i = dims - 1; i >= 0; --i) {
            if (step != nullptr) step[i] = total;
            total *= static_cast<std::size_t>(sizes[i]);
        }
        if (data != nullptr || total < kLarge)
            return small_.allocate(dims, sizes, type, data, step, access, usage);
        auto* memory = mapPages(total);
        auto* matrix = new cv::UMatData(this);  // NOLINT(cppcoreguidelines-owning-memory)
        matrix->data = matrix->origdata = memory;
        matrix->size = total;
        return matrix;
    }

    bool allocate(cv::UMatData* matrix, cv::AccessFlag, cv::UMatUsageFlags) const override {
        return matrix != nullptr;
    }

    void deallocate(cv::UMatData* matrix) const override {
        if (matrix == nullptr) return;
        munmap(matrix->origdata, wholePages(matrix->size));
        matrix->origdata = nullptr;
        delete matrix;  // NOLINT(cppcoreguidelines-owning-memory)
    }

  private:
    const cv::MatAllocator& small_;
};

}  // namespace

void useLargePages() {
    // Never destroyed: matrices may live as long as the program does.
    static auto* const kPages =
        new LargePages{*cv::Mat::getStdAllocator()};  // NOLINT(*-owning-memory)
    cv::Mat::setDefaultAllocator(kPages);
}

}  // namespace atelier::imaging
