// Durable writes and point reads of the embedded store and queue, on the disk of TMPDIR. The chain
// is what accepting a try-on writes: hold, insert the job, queue it, each durable before the next
// begins, by 32 clients at a time.
#include <array>

#include <benchmark/benchmark.h>
#include <trantor/net/EventLoopThreadPool.h>

#include "queue/local/local_queue.h"
#include "store/sqlite/sqlite_store.h"
#include "support/run_task.h"
#include "support/samples.h"
#include "support/temp_dir.h"
#include "util/system_clock.h"

namespace atelier {
namespace {

constexpr int kClients = 32;
constexpr int kLoops = 2;
constexpr Credits kPlenty = 1'000'000'000;

/// Store and queue in one fresh file, with the users of the clients.
struct Embedded {
    Embedded() {
        for (auto& user : users) {
            user = test::someUser(seq_ids, kPlenty);
            test::runTask(store->insertUser(user)).value();
        }
        loops.start();
    }

    test::TempDir dir;
    SystemClock clock;
    Uuid7Source ids{clock};
    test::SeqIds seq_ids;
    std::shared_ptr<sqlite::Database> database = sqlite::Database::open(dir.path()).value();
    std::unique_ptr<SqliteStore> store = SqliteStore::open(database).value();
    std::unique_ptr<LocalQueue> queue = LocalQueue::open(database, clock).value();
    std::array<User, kClients> users;
    trantor::EventLoopThreadPool loops{kLoops};
};

Task<bool> acceptOne(Embedded* embedded, UserId user) {
    auto job = test::someJob(embedded->seq_ids, user);
    job.id = embedded->ids.make<JobId>();
    auto held = co_await embedded->store->hold(user, job.id, 5);
    auto stored = co_await embedded->store->insertJob(job);
    auto queued = co_await embedded->queue->add(job.id, user);
    co_return held&& stored&& queued;
}

Task<bool> holdOne(Embedded* embedded, UserId user) {
    auto held = co_await embedded->store->hold(user, embedded->ids.make<JobId>(), 1);
    co_return held.has_value();
}

/// Repeats `operation` `rounds` times and fulfils `done`.
template <class Operation>
drogon::AsyncTask repeat(Embedded* embedded, UserId user, Operation operation, int rounds,
                         std::promise<bool>* done) {
    bool good = true;
    for (int i = 0; i < rounds; ++i) {
        const bool one = co_await operation(embedded, user);
        good = good && one;
    }
    done->set_value(good);
}

/// All clients work at once, spread over the event loops as connections are.
template <class Operation>
void runClients(benchmark::State& state, Operation operation) {
    Embedded embedded;
    constexpr int kRounds = 100;
    for (auto _ : state) {
        std::array<std::promise<bool>, kClients> done;
        for (int i = 0; i < kClients; ++i) {
            embedded.loops.getLoop(static_cast<std::size_t>(i % kLoops))->queueInLoop([&, i] {
                const auto client = static_cast<std::size_t>(i);
                repeat(&embedded, embedded.users[client].id, operation, kRounds, &done[client]);
            });
        }
        for (auto& client : done) {
            if (!client.get_future().get()) state.SkipWithError("a write failed");
        }
    }
    state.SetItemsProcessed(state.iterations() * kClients * kRounds);
}

void acceptTryon(benchmark::State& state) {
    runClients(state, acceptOne);
}
BENCHMARK(acceptTryon)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(3);

void durableHold(benchmark::State& state) {
    runClients(state, holdOne);
}
BENCHMARK(durableHold)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(2);

void findUser(benchmark::State& state) {
    Embedded embedded;
    const auto id = embedded.users[0].id;
    for (auto _ : state) benchmark::DoNotOptimize(test::runTask(embedded.store->findUser(id)));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(findUser)->UseRealTime();

void findJob(benchmark::State& state) {
    Embedded embedded;
    const auto job = test::someJob(embedded.seq_ids, embedded.users[0].id);
    test::runTask(embedded.store->insertJob(job)).value();
    for (auto _ : state) benchmark::DoNotOptimize(test::runTask(embedded.store->findJob(job.id)));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(findJob)->UseRealTime();

}  // namespace
}  // namespace atelier
