#pragma once

#include "domain/pricing.h"
#include "http/operation_table.h"
#include "service/credit_service.h"

namespace atelier::http {

/// /credits: balance, ledger and prices.
class CreditHandlers {
  public:
    CreditHandlers(CreditService& credits, const PriceTable& prices)
        : credits_{credits}, prices_{prices} {}
    void bind(OperationTable& table);

  private:
    Task<Answer> getBalance(CallPtr call);
    Task<Answer> getHistory(CallPtr call);
    Task<Answer> getPricing(CallPtr call);

    CreditService& credits_;
    const PriceTable& prices_;
};

}  // namespace atelier::http
