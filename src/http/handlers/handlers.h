#pragma once

#include <stop_token>

#include "http/api_parts.h"
#include "http/handlers/admin_handlers.h"
#include "http/handlers/api_key_handlers.h"
#include "http/handlers/asset_handlers.h"
#include "http/handlers/auth_handlers.h"
#include "http/handlers/credit_handlers.h"
#include "http/handlers/docs_handlers.h"
#include "http/handlers/file_handlers.h"
#include "http/handlers/job_handlers.h"
#include "http/handlers/ops_handlers.h"
#include "http/handlers/prompt_handlers.h"
#include "http/handlers/scene_handlers.h"
#include "http/handlers/webhook_handlers.h"
#include "http/operation_table.h"

namespace atelier::http {

/// Every handler there is. A new resource gets a file of its own in this folder and a line in
/// `bind`.
class Handlers {
  public:
    /// `stop` ends what would otherwise go on for long: event streams, waits.
    Handlers(ApiParts& parts, const ApiOptions& options, const Document& document,
             std::stop_token stop)
        : auth_{parts.auth, parts.accounts, parts.sessions},
          api_keys_{parts.api_keys},
          assets_{parts.assets, parts.importer, parts.links},
          jobs_{parts, stop},
          prompts_{parts.prompts},
          scenes_{parts.scenes, parts.importer, parts.links},
          credits_{parts.credits, parts.prices, parts.audit},
          files_{parts.blobs, parts.links},
          ops_{parts},
          admin_{parts},
          webhooks_{parts.webhooks, parts.audit},
          docs_{document, options.share_dir} {}

    void bind(OperationTable& table) {
        auth_.bind(table);
        api_keys_.bind(table);
        assets_.bind(table);
        jobs_.bind(table);
        prompts_.bind(table);
        scenes_.bind(table);
        credits_.bind(table);
        files_.bind(table);
        ops_.bind(table);
        admin_.bind(table);
        webhooks_.bind(table);
        docs_.bind(table);
    }

  private:
    AuthHandlers auth_;
    ApiKeyHandlers api_keys_;
    AssetHandlers assets_;
    JobHandlers jobs_;
    PromptHandlers prompts_;
    SceneHandlers scenes_;
    CreditHandlers credits_;
    FileHandlers files_;
    OpsHandlers ops_;
    AdminHandlers admin_;
    WebhookHandlers webhooks_;
    DocsHandlers docs_;
};

}  // namespace atelier::http
