#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "util/task.h"

namespace atelier {

/// A number of slots that all processes share.
struct SlotPool {
    std::string name;
    int limit = 0;
};
using SlotPools = std::vector<SlotPool>;

/// Counts what all processes together may have under way, such as tasks at the provider. A holder
/// is whatever has the slot, named alike in every process: a process that goes on with another's
/// task has the same slot, not one more.
///
/// The slots of a process that is gone come back when their leases end; those of a living one are
/// renewed until they are given back. Thread-safe; nothing here blocks or calls back before it
/// returns.
class SlotLeases {
  public:
    virtual ~SlotLeases() = default;

    /// Waits until `holder` has a slot in every pool, all of them or none. False: canceled. While
    /// the counts cannot be reached nobody gets one. One call at a time for each holder.
    virtual Task<bool> acquire(std::string holder, SlotPools pools, std::stop_token stop) = 0;
    /// `holder` is under way already: it has its slots whatever the limits say.
    virtual void adopt(const std::string& holder, SlotPools pools) = 0;
    /// What `holder` has is `successor`'s from now on.
    virtual void rename(const std::string& holder, const std::string& successor) = 0;
    /// The slots are free. Nothing happens when there are none.
    virtual void give(const std::string& holder) = 0;
    /// Leaves them to whoever goes on with it, or to the end of the lease.
    virtual void forget(const std::string& holder) = 0;
};

}  // namespace atelier
