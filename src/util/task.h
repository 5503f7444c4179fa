#pragma once

#include <coroutine>
#include <memory>
#include <stop_token>
#include <utility>

#include <drogon/utils/coroutine.h>

namespace atelier {

/// The one coroutine type of the project: lazy, awaited exactly once, resumed
/// wherever the awaited operation completes.
///
/// Rules (docs/adr/0006-coroutines.md): a `co_await` stands alone in its own
/// statement (`auto x = co_await f(y);`), parameters are taken by value or are
/// owned by someone who outlives the task, and no coroutine lambda captures.
/// gcc 12 miscompiles several of the shapes this forbids.
template <class T = void>
using Task = drogon::Task<T>;

/// Starts `task` on the calling thread and forgets it. An exception that leaves
/// the task terminates the process: every task handed to `spawn` handles its own.
inline void spawn(Task<> task) {
    [](Task<> owned) -> drogon::AsyncTask { co_await owned; }(std::move(task));
}

}  // namespace atelier
