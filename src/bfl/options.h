#pragma once

#include <string>

#include "config/settings.h"
#include "ports/slot_leases.h"
#include "util/backoff.h"
#include "util/time.h"

namespace atelier {

struct BflOptions {
    std::string api_key;
    BflRegion region = BflRegion::Global;
    std::string base_url;  ///< instead of the region's, e.g. the emulator's; empty: by region
    int max_active = 24;   ///< tasks at the provider at a time

    RetryPolicy retries{.max_retries = 4, .base = Millis{500}, .cap = Millis{30'000}};
    Millis patience{90'000};  ///< one submit, waiting between its retries included
    Millis submit_timeout{60'000};
    Millis poll_timeout{15'000};
    Millis download_timeout{60'000};
    Millis cancel_grace{5'000};  ///< a submit under way may still finish when it is canceled
    std::size_t max_picture_bytes = 64u << 20;

    int breaker_failures = 5;         ///< in a row, before an endpoint is left alone
    Millis breaker_pause{10'000};     ///< doubles up to 16 times this
    Millis limit_recovery{15'000};    ///< after a 429, for each regained active task
    Millis task_lifetime{1'800'000};  ///< a task nobody released is forgotten
    SlotLeases* shared_slots =
        nullptr;  ///< with which `max_active` holds over all processes; null: in this one
};

}  // namespace atelier
