#include "app/core.h"

#include <thread>

#include <sodium.h>

#include "app/job_log.h"

namespace atelier {
namespace {

constexpr std::size_t kIoThreads = 4;
constexpr std::size_t kIoWaiting = 4096;
constexpr std::size_t kImagesWaiting = 256;

std::size_t imageThreads(const Settings& settings) {
    if (settings.worker.image_threads > 0)
        return static_cast<std::size_t>(settings.worker.image_threads);
    return std::max(1u, std::thread::hardware_concurrency());
}

ImageLimits imageLimits(const Settings& settings) {
    return {.max_pixels = settings.limits.max_pixels,
            .min_side = static_cast<int>(settings.limits.min_side)};
}

}  // namespace

struct Core::Opened {
    Settings settings;
    WorkerPool::Priority image_work;
    std::unique_ptr<SystemClock> clock;
    std::unique_ptr<WorkerPool> io_pool;
    std::unique_ptr<redis::Client> redis;
    Backends backends;
    std::string secret;
};

Result<std::unique_ptr<Core>> Core::open(Settings settings, WorkerPool::Priority image_work) {
    if (sodium_init() < 0)
        return failure(ErrorCode::Internal, "the system has no source of randomness");
    Opened opened;
    opened.image_work = image_work;
    opened.clock = std::make_unique<SystemClock>();
    opened.io_pool = std::make_unique<WorkerPool>("disk", kIoThreads, kIoWaiting);
    auto redis = openSharedRedis(settings.redis);
    if (!redis) return failure(std::move(redis.error()));
    opened.redis = std::move(*redis);
    auto backends = openBackends(settings, *opened.clock, *opened.io_pool);
    if (!backends) return failure(std::move(backends.error()));
    opened.backends = std::move(*backends);

    auto secret = signingSecret(settings);
    if (!secret) return failure(std::move(secret.error()));
    opened.secret = std::move(*secret);
    opened.settings = std::move(settings);
    return std::unique_ptr<Core>{new Core{std::move(opened)}};
}

Core::Core(Opened opened)
    : settings{std::move(opened.settings)},
      secret{std::move(opened.secret)},
      clock{std::move(opened.clock)},
      ids{*clock},
      io_pool{std::move(opened.io_pool)},
      image_pool{"image", imageThreads(settings), kImagesWaiting, opened.image_work},
      url_guard{settings.webhooks.allow_loopback_urls},
      redis{std::move(opened.redis)},
      coordination{settings, redis.get(), metrics, *clock},
      events{*coordination.events},
      backends{std::move(opened.backends)},
      store{*backends.documents.store},
      identity{settings.auth,
               secret,
               store,
               metrics,
               *clock,
               ids,
               loginLimiter(settings, redis.get(), metrics, *clock),
               registrationLimiter(settings, redis.get(), metrics, *clock),
               [this](UserId user) { return erasure.eraseUser(user); }},
      imaging{1},  // pictures run beside each other; threads within one would only compete
      prices{PriceTable::defaults().with(settings.prices.changes).value()},
      prompts{store, prices, identity.audit, *clock},
      links{secret, *clock},
      credits{store,
              store,
              store,
              *clock,
              ids,
              [this](UsageAction action, UsageKind kind, Credits amount) {
                  metrics.credits(action, kind, amount);
              }},
      masks{*backends.blobs, imaging, image_pool},
      pictures{*backends.blobs, imaging, image_pool},
      blob_reaper{store, *backends.blobs, *clock},
      assets{{store, store, *backends.blobs, blob_reaper, pictures, masks, *clock, ids,
              imageLimits(settings)}},
      scenes{{store, pictures, prompts, identity.audit, *clock, ids, imageLimits(settings)}},
      idempotent{store, store, *clock, ids},
      importer{http_client,
               url_guard,
               {.max_bytes = static_cast<std::size_t>(settings.limits.max_upload_bytes),
                .allow_loopback = settings.webhooks.allow_loopback_urls}},
      backlog{*backends.queue, *clock, settings.limits.max_waiting_jobs},
      jobs{{store, *backends.queue, *backends.blobs, pictures, events, credits, prompts, engines,
            prices, imaging, image_pool, *clock, ids, url_guard,
            static_cast<int>(settings.limits.max_active_jobs_per_user), imageLimits(settings),
            &backlog, noteAccepted}},
      erasure{{store, jobs, credits, blob_reaper}},
      sheets{*backends.blobs, imaging, image_pool},
      reconciler{{store, *backends.queue, credits, *clock}},
      webhook_secrets{secret},
      webhooks{store, store, url_guard, webhook_secrets, *clock, ids},
      outbox{{store, *clock, ids, settings.webhooks.credits_low}} {}

}  // namespace atelier
