#pragma once

#include "domain/api_key.h"
#include "domain/asset.h"
#include "domain/audit.h"
#include "domain/credits.h"
#include "domain/idempotency_claim.h"
#include "domain/job.h"
#include "domain/prompt.h"
#include "domain/scene.h"
#include "domain/session.h"
#include "domain/user.h"
#include "domain/webhook.h"
#include "util/json.h"

/// The JSON of what is stored, compiled once (json.cc): the stores and the API would each spend
/// seconds on it otherwise.
#define ATELIER_STORED_TYPES(X) \
    X(ApiKey)                   \
    X(Garment)                  \
    X(Model)                    \
    X(Picture)                  \
    X(AuditEntry)               \
    X(UsageLog)                 \
    X(IdempotencyClaim)         \
    X(KeptAnswer)               \
    X(EngineFields)             \
    X(Job)                      \
    X(JobError)                 \
    X(JobRequest)               \
    X(Provenance)               \
    X(Sample)                   \
    X(SampleStep)               \
    X(PromptConfig)             \
    X(Scene)                    \
    X(LoginSession)             \
    X(User)                     \
    X(DeliveryAttempt)          \
    X(Webhook)                  \
    X(WebhookDelivery)

namespace atelier::json {

// NOLINTBEGIN(bugprone-macro-parentheses): a type cannot be enclosed
#define ATELIER_COMPILED_ONCE(T)                \
    extern template bj::value encode(const T&); \
    extern template Decoded decode(const bj::value&, T&);
// NOLINTEND(bugprone-macro-parentheses)
ATELIER_STORED_TYPES(ATELIER_COMPILED_ONCE)
#undef ATELIER_COMPILED_ONCE

}  // namespace atelier::json
