#pragma once

#include "store/sqlite_db/migrations.h"

namespace atelier::sqlite {

/// The tables of the store, named as in docs/architecture.md. Ids are blobs of 16 bytes, times
/// milliseconds since 1970. `doc` is the whole object as JSON; the other columns are what is
/// searched, sorted or changed in place.
Migrations storeMigrations();

}  // namespace atelier::sqlite
