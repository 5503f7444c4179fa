#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/pricing.h"
#include "http/body.h"
#include "http/rate_limits.h"
#include "http/readiness_view.h"
#include "ports/admin_store.h"
#include "ports/blob_store.h"
#include "ports/job_queue.h"
#include "service/asset_service.h"
#include "service/auth/auth_service.h"
#include "service/credit_service.h"
#include "service/idempotent_requests.h"
#include "service/job_service.h"
#include "service/link_signer.h"
#include "service/prompt_service.h"
#include "service/scene_service.h"
#include "service/sheet_service.h"
#include "service/url_importer.h"
#include "service/webhooks/webhook_service.h"
#include "telemetry/metrics.h"
#include "util/bytes.h"

namespace atelier::http {

/// What the image provider posted to /hooks/bfl/{token}.
struct ProviderHook {
    std::string token;
    std::map<std::string, std::string> headers;  ///< names in lower case
    Bytes body;                                  ///< as received, for its signature
};

struct ApiParts {
    AuthService& auth;
    AccountService& accounts;
    SessionService& sessions;
    ApiKeyService& api_keys;
    AuditLog& audit;
    AssetService& assets;
    UrlImporter& importer;
    JobService& jobs;
    SheetService& sheets;
    PromptService& prompts;
    SceneService& scenes;
    CreditService& credits;
    IdempotentRequests& idempotent;
    RateLimiter& rate_limiter;
    AdminStore& store;  ///< for administrators
    JobQueue& queue;
    WebhookService& webhooks;
    const PriceTable& prices;
    BlobStore& blobs;
    const LinkSigner& links;
    Metrics& metrics;
    /// What /readyz shows.
    std::function<Task<std::vector<ReadinessCheck>>()> readiness;
    /// Takes a provider's webhook. Errors: NotFound (not a token of ours). Absent: no webhook is
    /// accepted.
    std::function<Task<Result<>>(ProviderHook)> provider_hook;
};

struct ApiOptions {
    BodyLimits limits;
    RateLimits::PerMinute per_minute;
    std::vector<std::string> cors_origins;
    std::vector<std::string> trusted_proxies;
    std::optional<std::string> metrics_token;
    std::filesystem::path share_dir;  ///< holds swagger-ui-dist/ for /docs
};

}  // namespace atelier::http
