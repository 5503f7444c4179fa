#pragma once

#include <gtest/gtest.h>

#include "blobs/disk/disk_blob_store.h"
#include "imaging/figures.h"
#include "imaging/vips_imaging.h"
#include "net/curl_url_guard.h"
#include "queue/local/local_queue.h"
#include "service/asset_service.h"
#include "service/job_service.h"
#include "service/local_event_bus.h"
#include "service/prompt_service.h"
#include "service/reconciler.h"
#include "store/sqlite/sqlite_store.h"
#include "support/eager_clock.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "support/seq_ids.h"
#include "support/temp_dir.h"
#include "unit/worker/scripted_provider.h"
#include "util/system_clock.h"
#include "worker/job_runner.h"

namespace atelier::test {

/// The real store, queue, blobs, imaging and services in a temporary folder, one user
/// with 100 credits, a scripted provider, and a clock on which nothing takes time.
class JobsTest : public testing::Test {
  protected:
    static constexpr Credits kGranted = 100;
    static constexpr int kMostActive = 3;  ///< jobs of a user

    JobsTest();

    /// Whatever follows is done by another user with kGranted credits.
    void newOwner();

    /// As a fresh process would: from the store alone.
    JobRunner::Outcome run(JobId id, std::stop_token stop = {});
    Job stored(JobId id);
    User owner();
    Caller caller() { return {std::make_shared<const User>(owner()), "request-1"}; }

    static SharedBytes smallFigure(const Imaging& imaging);
    Job submitModel(std::int64_t samples = 1);
    Job submitTryOn();
    /// granted = creditsLeft + Σ holds + settled, nothing is held, and the ledger agrees.
    void expectBooksBalance(Credits spent);

    TempDir dir_;
    EagerClock clock_;
    SystemClock system_clock_;  ///< of the queue and of workers, which wait for real
    Uuid7Source ids_{clock_};
    WorkerPool io_pool_{"disk", 1, 100};
    WorkerPool image_pool_{"image", 1, 100};
    std::shared_ptr<sqlite::Database> database_;
    std::unique_ptr<SqliteStore> store_;
    std::unique_ptr<LocalQueue> queue_;
    std::unique_ptr<DiskBlobStore> blobs_;
    std::unique_ptr<AuditLog> audit_;
    std::unique_ptr<PromptService> prompts_;
    VipsImaging imaging_{1};
    LocalEventBus events_;
    EngineRegistry engines_;
    PriceTable prices_ = PriceTable::defaults();
    const CurlUrlGuard urls_{false};
    ScriptedProvider provider_;
    std::function<std::string(const std::string&)> picture_link_;
    std::unique_ptr<CreditService> credits_;
    std::unique_ptr<MaskMaker> masks_;
    std::unique_ptr<BlobReaper> reaper_;
    std::unique_ptr<PictureStore> pictures_;
    std::unique_ptr<AssetService> assets_;
    std::unique_ptr<JobService> jobs_;
    UserId user_;
    std::vector<ErrorCode> troubles_;
};

}  // namespace atelier::test
