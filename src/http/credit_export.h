#pragma once

#include "http/call.h"
#include "service/credit_service.h"

namespace atelier::http {

/// The ledger as CSV (RFC 4180), all lines that fit `filter`, newest first, sent as it is read.
/// `service` outlives the answer.
drogon::HttpResponsePtr creditExport(CreditService& service, CallPtr call, LedgerFilter filter);

/// One cell of text: quoted where needed, and so that no spreadsheet takes it for a formula
/// (owasp.org/www-community/attacks/CSV_Injection).
std::string csvText(std::string_view text);

}  // namespace atelier::http
