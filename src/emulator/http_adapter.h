#pragma once

#include <optional>

#include <drogon/HttpRequest.h>
#include <drogon/HttpResponse.h>

#include "emulator/wire.h"

namespace atelier::emulator {

Request readRequest(const drogon::HttpRequestPtr& request);
drogon::HttpResponsePtr toResponse(const Reply& reply);

/// Sends the status line, the headers and the first `bytes` (default: half) of the
/// body, then closes the connection.
void sendTruncated(const drogon::HttpRequestPtr& request, const Reply& reply,
                   std::optional<std::int64_t> bytes);

}  // namespace atelier::emulator
