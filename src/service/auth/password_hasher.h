#pragma once

#include <string>

#include "domain/error.h"
#include "util/task.h"
#include "util/worker_pool.h"

namespace atelier {

/// Argon2id on threads of its own, at low priority, so that a flood of logins takes neither event
/// loops nor processor time from other requests. Thread-safe. Each hash takes 7 MiB and some 12
/// ms. A hash names its own cost: older ones stay good, and take as long as they took.
class PasswordHasher {
  public:
    /// At most `max_waiting` passwords wait for one of `threads`.
    PasswordHasher(std::size_t threads, std::size_t max_waiting);

    /// Errors: NotReady with retry_after (too many are waiting), Internal (out of memory).
    Task<Result<std::string>> hash(std::string password);
    /// Errors: NotReady with retry_after.
    Task<Result<bool>> verify(std::string hash, std::string password);
    /// Whether `hash` has another cost than new ones have.
    static bool isOutdated(const std::string& hash);
    /// Takes as long as `verify` of a new hash and is never true: for accounts that do not exist.
    Task<Result<bool>> verifyNothing(std::string password);

  private:
    WorkerPool pool_;
};

}  // namespace atelier
