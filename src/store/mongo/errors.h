#pragma once

#include <bson/bson.h>

#include "domain/error.h"

namespace atelier::mongo {

/// What a failed call of the driver means for who stores documents: NotReady where the same call
/// may succeed later, Internal where it never will. The driver's words are the cause.
Error toError(const bson_error_t& error);

/// The same while connecting for the first time, in one sentence for whoever set MONGODB_URI. It
/// names `hosts`, never the password.
Error toStartError(const bson_error_t& error, const std::string& hosts);

/// True when a unique key is taken already.
bool isDuplicate(const bson_error_t& error);

}  // namespace atelier::mongo
