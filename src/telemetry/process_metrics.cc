#include "telemetry/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace atelier::detail {
namespace {

double secondsOf(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpuSeconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return secondsOf(usage.ru_utime) + secondsOf(usage.ru_stime);
}

/// proc(5): the second figure of statm is the resident set in pages.
double residentBytes() {
    std::ifstream statm{"/proc/self/statm"};
    double total = 0;
    double resident = 0;
    statm >> total >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double openFiles() {
    std::error_code ignored;
    const std::filesystem::directory_iterator files{"/proc/self/fd", ignored};
    return static_cast<double>(std::distance(begin(files), end(files)));
}

}  // namespace

ProcessMetrics::ProcessMetrics(prometheus::Registry& registry)
    : resident_{gauges(registry, metric::kResident).Add({})},
      cpu_{counters(registry, metric::kCpu).Add({})},
      files_{gauges(registry, metric::kOpenFiles).Add({})} {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    gauges(registry, metric::kStartTime).Add({}).Set(std::chrono::duration<double>(now).count());
}

void ProcessMetrics::refresh() {
    resident_.Set(residentBytes());
    cpu_.Increment(cpuSeconds() - cpu_.Value());
    files_.Set(openFiles());
}

}  // namespace atelier::detail
