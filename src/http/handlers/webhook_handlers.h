#pragma once

#include "http/operation_table.h"
#include "service/auth/audit_log.h"
#include "service/webhooks/webhook_service.h"

namespace atelier::http {

/// /webhooks: endpoints that want to hear of events, and what was sent to them.
class WebhookHandlers {
  public:
    WebhookHandlers(WebhookService& webhooks, AuditLog& audit)
        : webhooks_{webhooks}, audit_{audit} {}
    void bind(OperationTable& table);

  private:
    Task<Answer> create(CallPtr call);
    Task<Answer> list(CallPtr call);
    Task<Answer> find(CallPtr call);
    Task<Answer> change(CallPtr call);
    Task<Answer> remove(CallPtr call);
    Task<Answer> rotate(CallPtr call);
    Task<Answer> jobSecret(CallPtr call);
    Task<Answer> deliveries(CallPtr call);
    Task<Answer> test(CallPtr call);
    Task<Answer> redeliver(CallPtr call);
    Task<Answer> jobDeliveries(CallPtr call);
    Task<Answer> redeliverOfJob(CallPtr call);

    Task<Result<>> record(CallPtr call, std::string action, WebhookId id);

    WebhookService& webhooks_;
    AuditLog& audit_;
};

}  // namespace atelier::http
