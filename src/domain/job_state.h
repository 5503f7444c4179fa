#pragma once

#include <span>
#include <string_view>

#include <boost/describe.hpp>

namespace atelier {

/// States of a job, as clients see them.
enum class JobStatus {
    Queued,
    Preparing,
    Submitting,
    Generating,
    Storing,
    Succeeded,
    Failed,
    Canceled
};
BOOST_DESCRIBE_ENUM(JobStatus, Queued, Preparing, Submitting, Generating, Storing, Succeeded,
                    Failed, Canceled)

/// What one sample of a job (one provider task) is doing.
enum class SampleStatus { Waiting, Submitting, Generating, Storing, Succeeded, Failed };
BOOST_DESCRIBE_ENUM(SampleStatus, Waiting, Submitting, Generating, Storing, Succeeded, Failed)

/// True for succeeded, failed and canceled: nothing ever follows.
bool isTerminal(JobStatus status);
bool isTerminal(SampleStatus status);

/// The states a job may enter from `from`; empty for terminal ones.
std::span<const JobStatus> successors(JobStatus from);
std::span<const SampleStatus> successors(SampleStatus from);

bool mayFollow(JobStatus from, JobStatus to);
bool mayFollow(SampleStatus from, SampleStatus to);

}  // namespace atelier
