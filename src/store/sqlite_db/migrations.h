#pragma once

#include <span>
#include <string_view>

#include "store/sqlite_db/connection.h"

namespace atelier::sqlite {

/// The statements that bring a component's tables from one schema version to the next; the first
/// entry makes version 1. Entries are only ever appended.
using Migrations = std::span<const std::string_view>;

/// Brings the tables of `component` to the newest version, in one transaction per step.
/// Errors: NotReady (a newer program has written the file; the disk fails).
Result<> migrate(Connection& connection, std::string_view component, Migrations migrations);

}  // namespace atelier::sqlite
