#pragma once

#include "domain/error.h"
#include "util/worker_pool.h"

namespace atelier {

/// Runs `fn`, which returns a `Result`, on the pool. A full pool is NotReady: the
/// client is told to come back instead of waiting in an endless queue.
template <class Fn>
Task<std::invoke_result_t<Fn>> onPool(WorkerPool& pool, Fn fn) {
    auto done = co_await pool.run(std::move(fn));
    if (!done) {
        Error error{ErrorCode::NotReady,
                    "too much " + pool.name() + " work is waiting; try again shortly"};
        error.retry_after = Seconds{2};
        co_return failure(std::move(error));
    }
    co_return std::move(*done);
}

}  // namespace atelier
