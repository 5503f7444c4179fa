#pragma once

#include "store/mongo/connection.h"

namespace atelier::mongo {

/// Makes the indexes that are missing and notes the schema's number in the database. Safe to run by
/// several processes at once and on every start. Errors: NotReady (a newer version prepared the
/// database; no permission to write), Internal.
Result<> prepareSchema(Connection& connection);

}  // namespace atelier::mongo
