#include "domain/job_state.h"

#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <boost/mp11.hpp>

#include "util/names.h"

namespace atelier {
namespace {

template <class State>
std::vector<State> all() {
    std::vector<State> states;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<State>>(
        [&](auto d) { states.push_back(d.value); });
    return states;
}

/// Every transition there is; whatever is not listed is forbidden.
const std::set<std::pair<JobStatus, JobStatus>> kJobMoves = {
    {JobStatus::Queued, JobStatus::Preparing},      {JobStatus::Queued, JobStatus::Failed},
    {JobStatus::Queued, JobStatus::Canceled},       {JobStatus::Preparing, JobStatus::Submitting},
    {JobStatus::Preparing, JobStatus::Failed},      {JobStatus::Preparing, JobStatus::Canceled},
    {JobStatus::Submitting, JobStatus::Generating}, {JobStatus::Submitting, JobStatus::Failed},
    {JobStatus::Submitting, JobStatus::Canceled},   {JobStatus::Generating, JobStatus::Preparing},
    {JobStatus::Generating, JobStatus::Storing},    {JobStatus::Generating, JobStatus::Failed},
    {JobStatus::Generating, JobStatus::Canceled},   {JobStatus::Storing, JobStatus::Preparing},
    {JobStatus::Storing, JobStatus::Succeeded},     {JobStatus::Storing, JobStatus::Failed},
    {JobStatus::Storing, JobStatus::Canceled},
};

const std::set<std::pair<SampleStatus, SampleStatus>> kSampleMoves = {
    {SampleStatus::Waiting, SampleStatus::Submitting},
    {SampleStatus::Waiting, SampleStatus::Failed},
    {SampleStatus::Submitting, SampleStatus::Waiting},
    {SampleStatus::Submitting, SampleStatus::Generating},
    {SampleStatus::Submitting, SampleStatus::Failed},
    {SampleStatus::Generating, SampleStatus::Storing},
    {SampleStatus::Generating, SampleStatus::Failed},
    {SampleStatus::Storing, SampleStatus::Waiting},
    {SampleStatus::Storing, SampleStatus::Succeeded},
    {SampleStatus::Storing, SampleStatus::Failed},
};

template <class State>
void walk(const std::set<std::pair<State, State>>& moves) {
    for (const auto from : all<State>()) {
        for (const auto to : all<State>())
            EXPECT_EQ(mayFollow(from, to), moves.contains({from, to}))
                << nameOf(from) << " → " << nameOf(to);
    }
}

template <class State>
std::set<State> reachableFrom(State start) {
    std::set<State> seen{start};
    std::vector<State> open{start};
    while (!open.empty()) {
        const auto state = open.back();
        open.pop_back();
        for (const auto next : successors(state)) {
            if (seen.insert(next).second) open.push_back(next);
        }
    }
    return seen;
}

TEST(JobStateTest, ExactlyTheListedMovesAreAllowed) {
    walk(kJobMoves);
    walk(kSampleMoves);
}

TEST(JobStateTest, NothingFollowsAnEnd) {
    for (const auto status : all<JobStatus>()) {
        const bool end = status == JobStatus::Succeeded || status == JobStatus::Failed ||
                         status == JobStatus::Canceled;
        EXPECT_EQ(isTerminal(status), end) << nameOf(status);
    }
    for (const auto status : all<SampleStatus>()) {
        const bool end = status == SampleStatus::Succeeded || status == SampleStatus::Failed;
        EXPECT_EQ(isTerminal(status), end) << nameOf(status);
    }
}

TEST(JobStateTest, EveryStateIsReachedAndHasAWayOut) {
    EXPECT_EQ(reachableFrom(JobStatus::Queued).size(), all<JobStatus>().size());
    EXPECT_EQ(reachableFrom(SampleStatus::Waiting).size(), all<SampleStatus>().size());
    for (const auto status : all<JobStatus>()) {
        if (!isTerminal(status)) {
            EXPECT_TRUE(mayFollow(status, JobStatus::Failed)) << nameOf(status);
            EXPECT_TRUE(mayFollow(status, JobStatus::Canceled)) << nameOf(status);
        }
    }
}

}  // namespace
}  // namespace atelier
