#pragma once

#include "domain/user.h"
#include "store/mongo/connection.h"

/// That an admin who may sign in always remains, without transactions over several documents.
///
/// Every change of a user's role or state raises `roleVersion` in the user document. Whoever takes
/// an admin away first names it, with that number, under `leaving` in the document `meta/admins`,
/// whose own version lets one do so at a time, and only while someone else is an admin who is not
/// leaving. The change of the user is then conditional on the number. An entry that a crash left
/// behind makes that admin not count as remaining until the next change of it: never the other way.
namespace atelier::mongo {

/// Applies `set` to the user and raises `roleVersion`, and `sessionEpoch` when `ends_sessions`.
/// `takes_admin`: afterwards the user is no admin who may sign in. An erased user can only be
/// erased again. Errors: NotFound, Conflict (the last admin).
Result<> changeRole(Connection& connection, const UserId& id, const Document& set,
                    bool ends_sessions, bool takes_admin);

}  // namespace atelier::mongo
