#pragma once

#include "domain/job.h"
#include "ports/event_bus.h"
#include "ports/job_store.h"
#include "util/clock.h"

namespace atelier {

/// A job in the hands of the worker that leases it: changes are made on `job`,
/// then saved by compare-and-set, then told to listeners. Not thread-safe; lives
/// on the worker's loop.
class JobRecord {
  public:
    JobRecord(Job loaded, JobStore& store, EventBus& events)
        : job{std::move(loaded)}, store_{store}, events_{events} {}

    /// Errors: Conflict (the job was canceled, or a webhook wrote into it: load it
    /// again and go on from what is stored), NotReady.
    Task<Result<>> save();

    /// As `save`, but keeps trying while the store is not ready: for facts that must
    /// not be lost, such as a task id. Gives up when `deadline` expires.
    Task<Result<>> saveStubbornly(Clock& clock, Deadline deadline);

    /// True when the stored version is no longer ours.
    Task<Result<bool>> wasChanged();

    Job job;

  private:
    JobStore& store_;
    EventBus& events_;
};

}  // namespace atelier
