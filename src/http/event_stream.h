#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include <drogon/HttpRequest.h>
#include <drogon/HttpResponse.h>

#include "service/job_service.h"
#include "service/link_signer.h"
#include "telemetry/metrics.h"

namespace atelier::http {

/// One client that follows one job over server-sent events (WHATWG HTML §9.2). Every change of the
/// job has a number that is stored with it, so a client that comes back with Last-Event-ID misses
/// nothing.
class EventStream {
  public:
    struct Parts {
        JobService& jobs;
        const LinkSigner& links;
        Metrics& metrics;
        std::stop_token stop;
    };

    /// An answer that streams until the job has ended, the client is gone, or `stop` is requested.
    static drogon::HttpResponsePtr open(const Parts& parts, const drogon::HttpRequestPtr& request,
                                        UserId owner, JobId job, std::string_view last_event_id);

    /// The events of `job` after number `seen`, as they go over the wire; ends with `end` when the
    /// job has ended. The last one carries the whole job, earlier ones nothing that came later.
    static std::string eventsAfter(const Job& job, std::int64_t seen, const LinkSigner& links);
};

}  // namespace atelier::http
