#include "http/handlers/credit_handlers.h"

#include "http/paging.h"
#include "http/reply.h"
#include "http/views.h"
#include "service/auth/account_service.h"

namespace atelier::http {
namespace {

struct Grant {
    UserId user_id;
    Credits amount = 0;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(Grant, (), (user_id, amount, reason))

}  // namespace

void CreditHandlers::bind(OperationTable& table) {
    table.bind("getCreditBalance", *this, &CreditHandlers::getBalance);
    table.bind("getCreditHistory", *this, &CreditHandlers::getHistory);
    table.bind("getPricing", *this, &CreditHandlers::getPricing);
    table.bind("grantCredits", *this, &CreditHandlers::grant);
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

Task<Answer> CreditHandlers::grant(CallPtr call) {
    auto in = call->bodyAs<Grant>();
    if (!in) co_return failure(std::move(in.error()));
    auto line = co_await credits_.grant(in->user_id, in->amount, std::move(in->reason));
    if (!line) co_return failure(std::move(line.error()));
    auto event = auditEvent(call->caller(), "credits.grant", in->user_id.str(),
                            {{"amount", in->amount}});
    auto recorded = co_await audit_.record(std::move(event));
    if (!recorded) co_return failure(std::move(recorded.error()));
    co_return jsonReply(201, viewOf(*line));
}

}  // namespace atelier::http
