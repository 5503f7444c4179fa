#pragma once

#include <functional>

#include "ports/copy_store.h"
#include "ports/store.h"

namespace atelier {

/// Copies everything in one store into another, empty one, for a shop that moves to another
/// database.
///
/// Whatever is copied already is noted in the target, so that a copy that was cut off goes on where
/// it was. At the end both stores are read once more and compared by number and hash. Nobody else
/// may write to either store meanwhile: what changes is found by the comparison, not copied.
class StoreCopy {
  public:
    /// What is compared.
    struct Tally {
        std::int64_t count = 0;
        std::string hash = std::string(32, '\0');  ///< of all objects, in whatever order
    };
    /// One line about how far it is.
    using Report = std::function<void(const std::string& line)>;

    struct Parts {
        CopyStore& source;
        Store& target;
        CopyStore& target_copy;   ///< the same store
        std::string source_name;  ///< for the note in the target; no password in it
        Report report;
    };
    explicit StoreCopy(Parts parts) : parts_{std::move(parts)} {}

    /// Errors: Conflict (the target holds other data, is the copy of another store, or differs from
    /// the source at the end), NotReady (call again to go on), Internal (an object that cannot be
    /// read).
    Task<Result<>> run();

  private:
    Task<Result<CopyProgress>> begin();
    Task<Result<>> copyFrom(CopyProgress progress);
    /// True: there was nothing left of the kind.
    Task<Result<bool>> copyBatch(CopyProgress& progress, std::int64_t& copied);
    Task<Result<>> insert(StoredKind kind, boost::json::object content);
    Task<Result<bool>> holdsData();
    Task<Result<>> verify();
    static Task<Result<Tally>> tally(CopyStore& store, StoredKind kind);

    const Parts parts_;
};

}  // namespace atelier
