#pragma once

#include "domain/ids.h"
#include "store/mongo/connection.h"

namespace atelier::mongo {

/// Adds `entity`, which is the user's, with a field `slot` that none of the user's others in
/// `collection` has. That is what limits their number to `most`, however many are added at the same
/// time: the pair of `userId` and `slot` is a unique key. False, and nothing stored, when there are
/// as many. Errors: Conflict (what fits `same` is there).
Result<bool> insertInFreeSlot(Connection& connection, const char* collection, const UserId& user,
                              const Document& entity, const Document& same, int most);

/// Gives a slot to what versions before slots stored in `collection`.
Result<> fillSlots(Connection& connection, const char* collection);

}  // namespace atelier::mongo
