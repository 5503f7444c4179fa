#pragma once

#include <string>

#include "domain/error.h"

namespace atelier {

/// Stores, as `sqlite:FOLDER`, as a MongoDB URI, or as `mongodb` for the one that MONGODB_URI in
/// the environment names.
struct MigrateFlags {
    std::string from;
    std::string to;
};

/// Copies one store into another, empty one and compares the two (service/store_copy.h); prints how
/// far it is. A copy that was cut off goes on when it is run again. No service may run on either of
/// them; on a SQLite folder that is checked. Blocking. Errors: ValidationFailed (not a store, both
/// the same), those of StoreCopy.
Result<int> migrateStore(const MigrateFlags& flags);

}  // namespace atelier
