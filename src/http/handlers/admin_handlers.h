#pragma once

#include "http/api_parts.h"
#include "http/operation_table.h"

namespace atelier::http {

/// /admin: accounts, jobs of everyone, figures and the audit log. Shows no secrets, prompts or
/// pictures.
class AdminHandlers {
  public:
    explicit AdminHandlers(ApiParts& parts) : parts_{parts} {}
    void bind(OperationTable& table);

  private:
    Task<Answer> listUsers(CallPtr call);
    Task<Answer> changeUser(CallPtr call);
    Task<Answer> listJobs(CallPtr call);
    Task<Answer> retryJob(CallPtr call);
    Task<Answer> getStats(CallPtr call);
    Task<Answer> listAudit(CallPtr call);

    ApiParts& parts_;
};

}  // namespace atelier::http
