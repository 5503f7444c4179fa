#include "http/handlers/credit_handlers.h"

#include "http/credit_export.h"
#include "http/credit_headers.h"
#include "http/media.h"
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

/// `format` decides; without it the Accept header does, for JSON if it takes both.
bool wantsCsv(const Call& call) {
    if (const auto format = call.text("format")) return *format == "csv";
    const auto& accept = call.request->getHeader("accept");
    return isAcceptable(accept, {"text/csv"}) && !isAcceptable(accept, {"application/json"});
}

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
    auto response = jsonReply(200, balance);
    noteCredits(response, balance.credits_left, balance.credits_held);
    co_return response;
}

Task<Answer> CreditHandlers::getHistory(CallPtr call) {
    LedgerFilter filter;
    filter.action = call->choice<UsageAction>("action");
    filter.kind = call->choice<UsageKind>("kind");
    const auto& user = call->user();
    drogon::HttpResponsePtr response;
    if (wantsCsv(*call)) {
        response = creditExport(credits_, call, filter);
    } else {
        auto page = co_await credits_.history(user.id, filter, pageRequestOf(*call));
        if (!page) co_return failure(std::move(page.error()));
        response = jsonReply(200, pageOf(*page, [](const UsageLog& line) { return viewOf(line); }));
    }
    noteCredits(response, user.credits_left, user.creditsHeld());
    co_return response;
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
    auto event =
        auditEvent(call->caller(), "credits.grant", in->user_id.str(), {{"amount", in->amount}});
    auto recorded = co_await audit_.record(std::move(event));
    if (!recorded) co_return failure(std::move(recorded.error()));
    co_return jsonReply(201, viewOf(*line));
}

}  // namespace atelier::http
