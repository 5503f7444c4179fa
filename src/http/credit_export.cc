#include "http/credit_export.h"

#include <fmt/format.h>

#include "net/http_host.h"
#include "telemetry/log.h"
#include "util/names.h"

namespace atelier::http {
namespace {

constexpr auto kHeader = "timestamp,id,action,kind,creditsUsed,balance,jobId,sample,reason\r\n";

struct Export {
    CreditService& service;
    CallPtr call;
    LedgerFilter filter;
    drogon::ResponseStreamPtr out;
};

std::string rowOf(const UsageLog& line) {
    return fmt::format("{},{},{},{},{},{},{},{},{}\r\n", toRfc3339(line.timestamp), line.id.str(),
                       nameOf(line.action), nameOf(line.kind), line.credits_used, line.balance,
                       line.job_id ? line.job_id->str() : "",
                       line.sample ? std::to_string(*line.sample) : "",
                       csvText(line.reason.value_or("")));
}

/// Owns the export. Every way out ends the stream: as it should when all lines were sent, else with
/// the connection broken off, so that nobody takes the beginning for the whole.
Task<> send(std::shared_ptr<Export> owned) {
    auto& self = *owned;
    PageRequest request{.limit = 100, .cursor = {}};
    bool open = self.out->send(kHeader);
    while (open) {
        auto page = co_await self.service.history(self.call->user().id, self.filter, request);
        if (!page) {
            log::warn("an export was cut short",
                      {{"requestId", self.call->request_id}, {"cause", page.error().cause}});
            net::resetConnection(self.call->request);
            co_return;
        }
        std::string rows;
        for (const auto& line : page->items) rows += rowOf(line);
        if (!rows.empty()) open = self.out->send(rows);
        if (!page->next_cursor) break;
        request.cursor = page->next_cursor;
    }
    self.out->close();
    net::endOfStream(self.call->request)();
}

}  // namespace

std::string csvText(std::string_view text) {
    std::string out;
    if (!text.empty() && std::string_view{"=+-@\t\r"}.contains(text.front())) out += '\'';
    out += text;
    if (out.find_first_of("\",\r\n") == std::string::npos) return out;
    std::string quoted = "\"";
    for (const char c : out) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + '"';
}

drogon::HttpResponsePtr creditExport(CreditService& service, CallPtr call, LedgerFilter filter) {
    auto owned = std::make_shared<Export>(Export{service, std::move(call), filter, nullptr});
    auto start = [owned](drogon::ResponseStreamPtr out) {
        owned->out = std::move(out);
        spawn(send(owned));
    };
    auto response = drogon::HttpResponse::newAsyncStreamResponse(std::move(start), true);
    response->setContentTypeString("text/csv; charset=utf-8");
    response->addHeader("content-disposition", "attachment; filename=\"credits.csv\"");
    response->addHeader("cache-control", "no-store");
    return response;
}

}  // namespace atelier::http
