#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/core.h"
#include "app/housekeeping.h"
#include "app/provider_metrics_observer.h"
#include "app/readiness.h"
#include "bfl/client.h"
#include "bfl/webhook.h"
#include "emulator/emulator.h"
#include "http/api.h"
#include "net/http_host.h"
#include "service/provider_callbacks.h"
#include "service/webhooks/webhook_sender.h"
#include "worker/job_runner.h"
#include "worker/webhook_worker.h"
#include "worker/worker.h"

namespace atelier {

/// A running Atelier process: the composition root. Constructed top to bottom,
/// stopped in reverse.
class App {
  public:
    struct Roles {
        bool api = true;
        bool worker = true;
    };

    /// Opens the backends and reserves the ports. Blocking.
    /// Errors: NotReady (port in use, folder not writable, backend not reachable),
    /// ValidationFailed.
    static Result<std::unique_ptr<App>> create(Settings settings, Roles roles);
    ~App();

    /// Begins to serve and to work.
    void start();
    /// Stops accepting, lets short requests finish, gives jobs back. Blocking, at most
    /// `drain_timeout`. Idempotent. False when something is still under way: it must not be
    /// destroyed then, as what it waits for comes back to it.
    bool stop();

    /// `http://HOST:PORT` as listened on: the API, or health alone; empty without either.
    const std::string& url() const { return url_; }
    /// True when the built-in emulator stands in for the provider.
    bool emulated() const { return emulator_ != nullptr; }
    Core& core() { return *core_; }

  private:
    App(std::unique_ptr<Core> core, Roles roles);
    Result<> setUp();
    Result<> connectProvider();
    Result<std::uint16_t> addEmulator();
    void buildWorker();
    void buildWebhooks();
    Result<> buildApi();
    /// Health and metrics of a process without the API, if asked for.
    Result<> addHealthSite();

    const std::unique_ptr<Core> core_;
    const Roles roles_;
    std::string url_;
    net::HttpHost host_;
    std::unique_ptr<emulator::Emulator> emulator_;
    ProviderMetricsObserver provider_observer_;
    std::unique_ptr<BflClient> provider_;
    BflWebhook provider_webhook_;
    std::unique_ptr<ProviderCallbacks> callbacks_;  ///< when webhooks are on
    std::unique_ptr<JobRunner> runner_;
    std::unique_ptr<Worker> worker_;
    std::unique_ptr<WebhookSender> webhook_sender_;
    std::unique_ptr<WebhookWorker> webhook_worker_;
    std::unique_ptr<Housekeeping> housekeeping_;
    std::unique_ptr<Readiness> readiness_;
    std::unique_ptr<http::HttpApi> api_;
    bool started_ = false;
};

}  // namespace atelier
