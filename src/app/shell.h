#pragma once

#include <memory>

#include "app/backends.h"
#include "app/identity.h"
#include "service/credit_service.h"
#include "util/system_clock.h"

namespace atelier {

/// What the commands about accounts work with: the store and who is who, without the
/// queue, which belongs to the running service.
class Shell {
  public:
    /// Blocking. Errors: NotReady, ValidationFailed.
    static Result<std::unique_ptr<Shell>> open(const Settings& settings);

  private:
    Shell(const Settings& settings, const std::string& secret, StoreBackend backend);

    SystemClock clock_;
    Uuid7Source ids_{clock_};
    Metrics metrics_;
    StoreBackend backend_;

  public:
    Store& store;
    Identity identity;
    CreditService credits;
};

}  // namespace atelier
