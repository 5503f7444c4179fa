#pragma once

#include <string>

#include <drogon/HttpResponse.h>

#include "domain/credits.h"

namespace atelier::http {

inline constexpr auto kCreditsLeft = "x-credits-left";
inline constexpr auto kCreditsHeld = "x-credits-held";

/// What answers that touch credits carry: the caller's balance after them.
inline void noteCredits(const drogon::HttpResponsePtr& response, Credits left, Credits held) {
    response->addHeader(kCreditsLeft, std::to_string(left));
    response->addHeader(kCreditsHeld, std::to_string(held));
}

}  // namespace atelier::http
