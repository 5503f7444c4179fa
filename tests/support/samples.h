#pragma once

#include "domain/asset.h"
#include "domain/job.h"
#include "domain/scene.h"
#include "domain/user.h"
#include "support/seq_ids.h"

/// Plausible objects for tests that do not care about most of their fields.
namespace atelier::test {

inline constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

/// A user with this many credits and an address of its own.
User someUser(SeqIds& ids, Credits credits = 0);
/// A queued try-on with one sample.
Job someJob(SeqIds& ids, UserId owner);
Model someModel(SeqIds& ids, UserId owner);
Garment someGarment(SeqIds& ids, UserId owner);
/// A scene of the domain `clothing` with a name and a picture of its own.
Scene someScene(SeqIds& ids);
UsageLog someUsage(SeqIds& ids, UserId owner, UsageKind kind, Credits credits);

}  // namespace atelier::test
