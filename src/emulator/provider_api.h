#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contract/check.h"
#include "emulator/delivery.h"
#include "emulator/faults.h"
#include "emulator/request_log.h"
#include "emulator/settings.h"
#include "emulator/task_runner.h"
#include "emulator/task_table.h"
#include "emulator/wire.h"
#include "util/clock.h"

namespace atelier::emulator {

/// Everything the emulator remembers. Thread-safe parts, no more.
struct State {
    LiveSettings settings;
    TaskTable tasks;
    FaultList faults;
    RequestLog requests;
    DeliveryLinks links;
};

/// The provider's routes as functions from request to reply, as FastAPI would answer:
/// unknown path 404 before anything, then the JSON, then the key, then the fields.
/// Thread-safe.
class ProviderApi {
  public:
    /// `key`: the only one that is let in; empty: any well-formed one. `seed` is for
    /// the seeds of requests that name none.
    ProviderApi(State& state, TaskRunner& runner, Clock& clock, std::string key, std::uint64_t seed)
        : state_{state}, runner_{runner}, clock_{clock}, key_{std::move(key)}, seed_{seed} {}

    /// Blocks while it decodes a submit with pictures: call it on a worker for POST.
    Reply answer(const Request& request);

  private:
    Reply route(const Request& request, const contract::Endpoint& endpoint);
    Reply getResult(const Request& request);
    Reply deliver(const Request& request);
    Reply service(const Request& request, const contract::Endpoint& endpoint,
                  const boost::json::object& fields);
    Reply submit(const Request& request, const contract::Endpoint& endpoint,
                 const boost::json::object& body);
    std::optional<Reply> refuseKey(const Request& request) const;
    std::int64_t nextSeed();

    State& state_;
    TaskRunner& runner_;
    Clock& clock_;
    const std::string key_;
    std::atomic<std::uint64_t> seed_;
};

}  // namespace atelier::emulator
