#pragma once

#include "ports/account_store.h"
#include "ports/admin_store.h"
#include "ports/api_key_store.h"
#include "ports/asset_store.h"
#include "ports/audit_store.h"
#include "ports/idempotency_store.h"
#include "ports/job_store.h"
#include "ports/ledger_store.h"
#include "ports/prompt_store.h"
#include "ports/scene_store.h"
#include "ports/session_store.h"
#include "ports/user_store.h"
#include "ports/webhook_store.h"

namespace atelier {

/// Everything that is kept in documents. One implementation per database;
/// use cases take just the part they need.
class Store : public UserStore,
              public AccountStore,
              public SessionStore,
              public ApiKeyStore,
              public AuditStore,
              public LedgerStore,
              public AssetStore,
              public IdempotencyStore,
              public SceneStore,
              public PromptStore,
              public AdminStore,
              public JobStore,
              public WebhookStore {
  public:
    /// One trivial read. Errors: NotReady with what is wrong.
    virtual Task<Result<>> ping() = 0;
};

}  // namespace atelier
