#include "app/app.h"

#include <unistd.h>

#include <thread>

#include <fmt/format.h>

#include "app/job_log.h"
#include "app/picture_links.h"
#include "http/health_site.h"
#include "http/job_view.h"
#include "telemetry/log.h"

namespace atelier {
namespace {

net::HostOptions hostOptions() {
    net::HostOptions options;
    options.io_threads = std::max(2u, std::thread::hardware_concurrency());
    return options;
}

/// Files that come with the program: `share` beside it, or the installed folder.
std::filesystem::path shareDir() {
    std::error_code failed;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
    const auto beside = program.parent_path() / "share";
    return std::filesystem::is_directory(beside) ? beside
                                                 : std::filesystem::path{"/usr/share/atelier"};
}

void noteDelivery(Metrics& metrics, const WebhookDelivery& delivery) {
    const auto& attempt = delivery.attempts.back();
    const auto outcome = delivery.status == DeliveryStatus::Delivered ? DeliveryOutcome::Delivered
                         : delivery.status == DeliveryStatus::Failed  ? DeliveryOutcome::GivenUp
                                                                      : DeliveryOutcome::Failed;
    metrics.webhook(outcome);
    log::info("webhook attempt", {{"deliveryId", delivery.id},
                                  {"webhookId", delivery.webhook_id},
                                  {"jobId", delivery.job_id},
                                  {"event", delivery.event},
                                  {"outcome", outcome},
                                  {"status", attempt.status},
                                  {"ms", attempt.duration_ms}});
}

}  // namespace

Result<std::unique_ptr<App>> App::create(Settings settings, Roles roles) {
    // Who runs no jobs has little image work, and reads that should not wait for it.
    const auto image_work =
        roles.worker ? WorkerPool::Priority::GivesWay : WorkerPool::Priority::LeavesOne;
    auto core = Core::open(std::move(settings), image_work);
    if (!core) return failure(std::move(core.error()));
    std::unique_ptr<App> app{new App{std::move(*core), roles}};
    if (auto done = app->setUp(); !done) return failure(std::move(done.error()));
    return app;
}

App::App(std::unique_ptr<Core> core, Roles roles)
    : core_{std::move(core)},
      roles_{roles},
      host_{hostOptions()},
      provider_observer_{core_->metrics} {}

App::~App() {
    stop();
}

Result<> App::setUp() {
    if (auto done = connectProvider(); !done) return done;
    core_->links.setBaseUrl(core_->settings.http.public_url.value_or(""));
    if (roles_.worker) {
        buildWebhooks();
        buildWorker();
        housekeeping_ = std::make_unique<Housekeeping>(*core_);
    }
    if (roles_.api) return buildApi();
    return addHealthSite();
}

Result<> App::addHealthSite() {
    const auto& listen = core_->settings.worker.listen;
    if (!listen) return {};
    http::HealthParts parts{core_->metrics, [this] { return readiness_->check(); },
                            core_->settings.http.metrics_token};
    auto site = host_.addSite(http::healthSite(std::move(parts), *listen));
    if (!site) return failure(std::move(site.error()));
    url_ = "http://" + ListenAddress{listen->host, host_.port(*site)}.str();
    return {};
}

Result<std::uint16_t> App::addEmulator() {
    emulator_ = std::make_unique<emulator::Emulator>(emulator::EmulatorOptions{}, *core_->clock,
                                                     core_->http_client);
    auto site = host_.addSite(emulator_->site("127.0.0.1", 0));
    if (!site) return failure(std::move(site.error()));
    return host_.port(*site);
}

Result<> App::connectProvider() {
    const auto& bfl = core_->settings.bfl;
    BflOptions options;
    options.api_key = bfl.api_key.value_or(emulator::Emulator::kAnyKey);
    options.region = bfl.region;
    options.base_url = bfl.base_url.value_or("");
    options.max_active = static_cast<int>(bfl.max_active);
    options.submit_timeout = options.download_timeout = bfl.timeout;
    options.shared_slots = core_->coordination.slots.get();
    options.poll_timeout = std::min<Millis>(options.poll_timeout, bfl.timeout);
    if (!bfl.api_key && !bfl.base_url) {
        const auto port = addEmulator();
        if (!port) return failure(port.error());
        options.base_url = fmt::format("http://127.0.0.1:{}", *port);
        log::warn("no BFL_API_KEY is set: the built-in emulator makes the pictures",
                  {{"url", options.base_url}});
    }
    provider_ = std::make_unique<BflClient>(options, core_->http_client, *core_->clock,
                                            &provider_observer_);
    if (bfl.webhooks) {
        callbacks_ = std::make_unique<ProviderCallbacks>(
            ProviderCallbacks::Parts{core_->store, core_->events, *provider_, provider_webhook_,
                                     core_->links, core_->secret, *core_->clock, noteAdopted});
    }
    readiness_ = std::make_unique<Readiness>(*core_, *provider_, emulated());
    return {};
}

void App::buildWorker() {
    StageParts parts{
        .store = core_->store,
        .blobs = *core_->backends.blobs,
        .provider = *provider_,
        .imaging = core_->imaging,
        .image_pool = core_->image_pool,
        .pictures = core_->pictures,
        .masks = core_->masks,
        .prompts = core_->prompts,
        .engines = core_->engines,
        .events = core_->events,
        .clock = *core_->clock,
        .job_deadline = core_->settings.bfl.job_deadline,
        .ambiguous_grace = core_->settings.bfl.ambiguous_grace,
    };
    if (sendsLinks(core_->settings))
        parts.picture_link = [this](const std::string& key) { return core_->links.fileUrl(key); };
    if (callbacks_) {
        parts.webhook = [this](const Job& job, std::int64_t index) {
            return callbacks_->addressFor(job, index);
        };
    }
    parts.tasks = taskListener();
    auto observer = runnerObserver(core_->metrics);
    observer.job_settled = [this] { webhook_worker_->wake(); };
    runner_ = std::make_unique<JobRunner>(std::move(parts), core_->credits, std::move(observer));
    Worker::Options options;
    options.concurrency = static_cast<int>(core_->settings.worker.concurrency);
    options.lease = core_->settings.worker.lease;
    worker_ = std::make_unique<Worker>(*core_->backends.queue, *runner_, *core_->clock, options,
                                       workerListener());
}

void App::buildWebhooks() {
    auto& metrics = core_->metrics;
    WebhookSender::Parts parts{
        .store = core_->store,
        .jobs = core_->store,
        .http = core_->http_client,
        .clock = *core_->clock,
        .secrets = core_->webhook_secrets,
        .view =
            [this](const Job& job) {
                return json::encode(http::viewOf(job, core_->links)).as_object();
            },
        .allow_loopback = core_->settings.webhooks.allow_loopback_urls,
        .attempted =
            [&metrics](const WebhookDelivery& delivery) { noteDelivery(metrics, delivery); },
        .switched_off =
            [](const Webhook& webhook) {
                log::warn("a webhook was switched off",
                          {{"webhookId", webhook.id}, {"reason", webhook.disabled_reason}});
            },
    };
    webhook_sender_ = std::make_unique<WebhookSender>(std::move(parts));
    webhook_worker_ =
        std::make_unique<WebhookWorker>(core_->outbox, *webhook_sender_, core_->store,
                                        *core_->clock, WebhookWorker::Options{}, noteTrouble);
}

Result<> App::buildApi() {
    const auto& settings = core_->settings;
    http::ApiParts parts{
        .auth = core_->identity.auth,
        .accounts = core_->identity.accounts,
        .sessions = core_->identity.sessions,
        .api_keys = core_->identity.api_keys,
        .audit = core_->identity.audit,
        .assets = core_->assets,
        .importer = core_->importer,
        .jobs = core_->jobs,
        .sheets = core_->sheets,
        .prompts = core_->prompts,
        .scenes = core_->scenes,
        .credits = core_->credits,
        .idempotent = core_->idempotent,
        .rate_limiter = *core_->coordination.requests,
        .store = core_->store,
        .queue = *core_->backends.queue,
        .webhooks = core_->webhooks,
        .prices = core_->prices,
        .blobs = *core_->backends.blobs,
        .links = core_->links,
        .metrics = core_->metrics,
        .readiness = [this] { return readiness_->check(); },
        .provider_hook = {},
    };
    if (callbacks_) {
        parts.provider_hook = [this](http::ProviderHook hook) {
            return callbacks_->receive(std::move(hook.token), std::move(hook.headers),
                                       std::move(hook.body));
        };
    }
    http::ApiOptions options;
    options.limits.upload = static_cast<std::size_t>(settings.limits.max_upload_bytes);
    options.per_minute = {settings.limits.rate_per_minute, settings.limits.uploadsPerMinute()};
    options.cors_origins = settings.http.cors_origins;
    options.trusted_proxies = settings.http.trusted_proxies;
    options.metrics_token = settings.http.metrics_token;
    options.share_dir = shareDir();
    auto api = http::HttpApi::create(std::move(parts), std::move(options));
    if (!api) return failure(std::move(api.error()));
    api_ = std::move(*api);

    const auto& listen = settings.http.listen;
    auto site = host_.addSite(api_->site(listen.host, listen.port));
    if (!site) return failure(std::move(site.error()));
    url_ = "http://" + ListenAddress{listen.host, host_.port(*site)}.str();
    core_->links.setBaseUrl(settings.http.public_url.value_or(url_));
    return {};
}

void App::start() {
    started_ = true;
    if (!url_.empty() || emulated()) host_.start();
    if (worker_) worker_->start();
    if (webhook_worker_) webhook_worker_->start();
    if (housekeeping_) housekeeping_->start();
}

bool App::stop() {
    if (!started_) return true;
    started_ = false;
    const auto deadline = Deadline::after(core_->settings.http.drain_timeout);
    if (api_) api_->stop();
    if (housekeeping_) housekeeping_->stop();
    bool drained = true;
    if (worker_) drained = worker_->stop(deadline.left());
    if (webhook_worker_) webhook_worker_->stop();
    drained = host_.drain(deadline) && drained;
    host_.stop();
    return drained;
}

}  // namespace atelier
