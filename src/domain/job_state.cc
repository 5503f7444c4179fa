#include "domain/job_state.h"

#include <algorithm>
#include <array>
#include <vector>

namespace atelier {
namespace {

using enum JobStatus;
using S = SampleStatus;

/// Row = state, content = what may follow it. The tests walk every pair.
/// Multi-step jobs return to `preparing` for their next step, their samples to `waiting`.
const std::array<std::vector<JobStatus>, 8> kJobTable = {{
    /* Queued     */ {Preparing, Failed, Canceled},
    /* Preparing  */ {Submitting, Failed, Canceled},
    /* Submitting */ {Generating, Failed, Canceled},
    /* Generating */ {Preparing, Storing, Failed, Canceled},
    /* Storing    */ {Preparing, Succeeded, Failed, Canceled},
    /* Succeeded  */ {},
    /* Failed     */ {},
    /* Canceled   */ {},
}};

const std::array<std::vector<SampleStatus>, 6> kSampleTable = {{
    /* Waiting    */ {S::Submitting, S::Failed},
    /* Submitting */ {S::Waiting, S::Generating, S::Failed},
    /* Generating */ {S::Storing, S::Failed},
    /* Storing    */ {S::Waiting, S::Succeeded, S::Failed},
    /* Succeeded  */ {},
    /* Failed     */ {},
}};

}  // namespace

std::span<const JobStatus> successors(JobStatus from) {
    return kJobTable[static_cast<std::size_t>(from)];
}
std::span<const SampleStatus> successors(SampleStatus from) {
    return kSampleTable[static_cast<std::size_t>(from)];
}

bool isTerminal(JobStatus status) {
    return successors(status).empty();
}
bool isTerminal(SampleStatus status) {
    return successors(status).empty();
}

bool mayFollow(JobStatus from, JobStatus to) {
    return std::ranges::find(successors(from), to) != successors(from).end();
}
bool mayFollow(SampleStatus from, SampleStatus to) {
    return std::ranges::find(successors(from), to) != successors(from).end();
}

}  // namespace atelier
