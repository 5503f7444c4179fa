#pragma once

#include <string>

#include <drogon/HttpResponse.h>

#include "domain/error.h"

namespace atelier::http {

/// The HTTP status of every error there is.
drogon::HttpStatusCode statusOf(ErrorCode code);

/// The one place where an error becomes an answer: `application/problem+json` (RFC 9457) with
/// `code`, `requestId` and what else the error carries, and the headers that belong to the status.
/// Never contains the error's cause.
drogon::HttpResponsePtr problem(const Error& error, const std::string& request_id);

}  // namespace atelier::http
