#pragma once

#include "redis/script.h"

namespace atelier::coordination {

/// KEYS: pools. ARGV: holder, lease in ms, the pools' limits. 1 when the holder has a slot in each,
/// 0 when one is full.
const redis::Script& takeSlots();
/// KEYS: one pool. ARGV: lease in ms, holders. They have slots for another lease, whatever the
/// limit.
const redis::Script& renewSlots();
/// KEYS: pools. ARGV: holder, its successor, lease in ms.
const redis::Script& renameSlots();
/// KEYS: pools. ARGV: holder, the channel on which it is told.
const redis::Script& giveSlots();

}  // namespace atelier::coordination
