#pragma once

#include "domain/pricing.h"
#include "http/operation_table.h"
#include "service/auth/audit_log.h"
#include "service/credit_service.h"

namespace atelier::http {

/// /credits: balance, ledger and prices.
class CreditHandlers {
  public:
    CreditHandlers(CreditService& credits, const PriceTable& prices, AuditLog& audit)
        : credits_{credits}, prices_{prices}, audit_{audit} {}
    void bind(OperationTable& table);

  private:
    Task<Answer> getBalance(CallPtr call);
    Task<Answer> getHistory(CallPtr call);
    Task<Answer> getPricing(CallPtr call);
    Task<Answer> grant(CallPtr call);

    CreditService& credits_;
    const PriceTable& prices_;
    AuditLog& audit_;
};

}  // namespace atelier::http
