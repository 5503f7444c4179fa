#pragma once

#include <memory>
#include <string>

#include "app/backends.h"
#include "app/coordination.h"
#include "app/identity.h"
#include "config/settings.h"
#include "imaging/vips_imaging.h"
#include "net/curl_http_client.h"
#include "net/curl_url_guard.h"
#include "service/asset_service.h"
#include "service/backlog.h"
#include "service/credit_service.h"
#include "service/erasure.h"
#include "service/idempotent_requests.h"
#include "service/job_service.h"
#include "service/link_signer.h"
#include "service/prompt_service.h"
#include "service/reconciler.h"
#include "service/scene_service.h"
#include "service/sheet_service.h"
#include "service/url_importer.h"
#include "service/webhooks/webhook_outbox.h"
#include "service/webhooks/webhook_service.h"
#include "telemetry/metrics.h"
#include "util/system_clock.h"

namespace atelier {

/// Everything that every command needs: backends and use cases, but no provider, no
/// server, no worker. Built top to bottom, destroyed bottom to top; nothing in here
/// acts on its own.
class Core {
  public:
    /// `image_work` is how the image pool stands back for others. Blocking. Errors: NotReady,
    /// ValidationFailed (a secret that is missing or too short).
    static Result<std::unique_ptr<Core>> open(Settings settings, WorkerPool::Priority image_work);

  private:
    struct Opened;  // what can fail to open
    explicit Core(Opened opened);

  public:
    const Settings settings;
    const std::string secret;  ///< of this installation: tokens, links and webhooks derive from it
    Metrics metrics;
    // Clock, ids and pools come first: everything below runs on them.
    std::unique_ptr<SystemClock> clock;
    Uuid7Source ids;
    std::unique_ptr<WorkerPool> io_pool;  ///< blocking file access
    WorkerPool image_pool;                ///< decoding, masks, compositing
    CurlHttpClient http_client;
    const CurlUrlGuard url_guard;
    const std::unique_ptr<redis::Client> redis;  ///< null without REDIS_URL
    Coordination coordination;
    EventBus& events;
    Backends backends;
    Store& store;
    Identity identity;

    const VipsImaging imaging;
    const PriceTable prices;
    const EngineRegistry engines;
    PromptService prompts;
    LinkSigner links;
    CreditService credits;
    MaskMaker masks;
    PictureStore pictures;
    BlobReaper blob_reaper;
    AssetService assets;
    SceneService scenes;
    IdempotentRequests idempotent;
    UrlImporter importer;
    Backlog backlog;
    JobService jobs;
    Erasure erasure;
    SheetService sheets;
    Reconciler reconciler;
    const WebhookSecrets webhook_secrets;
    WebhookService webhooks;
    WebhookOutbox outbox;
};

}  // namespace atelier
