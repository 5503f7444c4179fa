#include "util/priority.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace atelier {
namespace {

/// The first version of `sched_attr` (sched_setattr(2)), which glibc 2.36 does not declare.
struct Attributes {
    std::uint32_t size = sizeof(Attributes);
    std::uint32_t policy = SCHED_OTHER;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0;  ///< nanoseconds; of this policy the slice, 0.1 to 100 ms
    std::uint64_t deadline = 0, period = 0;
};

}  // namespace

void giveWay() {
    constexpr int kNiceness = 10;
    // The thread's own: setpriority(2), "C library/kernel differences".
    const int now = getpriority(PRIO_PROCESS, 0);
    Attributes attributes{.nice = std::max(now, kNiceness), .runtime = 100'000'000};
    // Where it is forbidden the work is done all the same.
    static_cast<void>(syscall(SYS_sched_setattr, 0, &attributes, 0));
}

void leaveOneProcessor() {
    cpu_set_t allowed;
    // Fails on more than 1024 processors, where it matters little.
    if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0 || CPU_COUNT(&allowed) < 2) return;
    int first = 0;
    while (!CPU_ISSET(first, &allowed)) ++first;
    CPU_CLR(first, &allowed);
    static_cast<void>(sched_setaffinity(0, sizeof(allowed), &allowed));
}

}  // namespace atelier
