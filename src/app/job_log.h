#pragma once

#include "telemetry/metrics.h"
#include "worker/job_runner.h"
#include "worker/worker.h"

/// The log's story of a job: from the request that made it to the provider's tasks and its end.
namespace atelier {

void noteAccepted(const Job& job);
/// A webhook told of a task whose submission was not answered.
void noteAdopted(const Job& job, const Sample& sample);

TaskListener taskListener();
JobRunner::Observer runnerObserver(Metrics& metrics);
Worker::Listener workerListener();

/// Writes what went wrong at `what`, a constant sentence.
void noteTrouble(std::string_view what, const std::string& detail);

}  // namespace atelier
