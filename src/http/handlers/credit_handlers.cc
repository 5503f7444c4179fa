#include "http/handlers/credit_handlers.h"

#include "http/paging.h"
#include "http/reply.h"
#include "http/views.h"

namespace atelier::http {

void CreditHandlers::bind(OperationTable& table) {
    table.bind("getCreditBalance", *this, &CreditHandlers::getBalance);
    table.bind("getCreditHistory", *this, &CreditHandlers::getHistory);
    table.bind("getPricing", *this, &CreditHandlers::getPricing);
}

Task<Answer> CreditHandlers::getBalance(CallPtr call) {
    const auto& user = call->user();
    const BalanceView balance{user.credits_left, user.creditsHeld()};
    co_return jsonReply(200, balance);
}

Task<Answer> CreditHandlers::getHistory(CallPtr call) {
    LedgerFilter filter;
    filter.action = call->choice<UsageAction>("action");
    filter.kind = call->choice<UsageKind>("kind");
    auto page = co_await credits_.history(call->user().id, filter, pageRequestOf(*call));
    if (!page) co_return failure(std::move(page.error()));
    co_return jsonReply(200, pageOf(*page, [](const UsageLog& line) { return viewOf(line); }));
}

Task<Answer> CreditHandlers::getPricing(CallPtr) {
    boost::json::object list{{"items", json::encode(prices_.rows())}};
    co_return jsonReply(200, list);
}

}  // namespace atelier::http
