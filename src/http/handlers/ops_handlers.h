#pragma once

#include "http/api_parts.h"
#include "http/operation_table.h"

namespace atelier::http {

/// Health, readiness, metrics, and the provider's webhooks.
class OpsHandlers {
  public:
    explicit OpsHandlers(ApiParts& parts) : parts_{parts} {}
    void bind(OperationTable& table);

  private:
    Task<Answer> getHealth(CallPtr call);
    Task<Answer> getReadiness(CallPtr call);
    Task<Answer> getMetrics(CallPtr call);
    Task<Answer> receiveBflWebhook(CallPtr call);

    ApiParts& parts_;
};

}  // namespace atelier::http
