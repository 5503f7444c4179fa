#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>
#include <boost/json/object.hpp>

#include "domain/error.h"
#include "util/task.h"

namespace atelier {

/// The kinds of objects that a store holds, in the order in which they are copied.
enum class StoredKind {
    User,
    ApiKey,
    Session,
    AuditEntry,
    Scene,
    Prompt,
    Model,
    Garment,
    Job,
    UsageLine,
    IdempotencyClaim,
    Webhook,
    WebhookDelivery,
};
BOOST_DESCRIBE_ENUM(StoredKind, User, ApiKey, Session, AuditEntry, Scene, Prompt, Model, Garment,
                    Job, UsageLine, IdempotencyClaim, Webhook, WebhookDelivery)

/// One object as its description writes it in JSON (util/json.h). Users whose erasure is open have
/// `erasing: true` besides.
struct StoredObject {
    std::string cursor;  ///< where a scan goes on after it; only the store knows what it means
    boost::json::object content;
};

/// How far a copy into this store has come.
struct CopyProgress {
    std::string source;  ///< names the store that is copied
    StoredKind kind = StoredKind::User;
    std::string after;  ///< cursor in the source; empty: the kind has not begun
    bool finished = false;
};
BOOST_DESCRIBE_STRUCT(CopyProgress, (), (source, kind, after, finished))

/// What a store offers besides its ports so that it can be copied into another one. Thread-safe.
/// All methods may fail with NotReady.
class CopyStore {
  public:
    virtual ~CopyStore() = default;

    /// At most `limit` objects after the cursor `after` (empty: from the beginning), each once, in
    /// an order of the store's own. What is written meanwhile may be missed. Errors: Internal (an
    /// object that this version cannot read).
    virtual Task<Result<std::vector<StoredObject>>> scan(StoredKind kind, std::string after,
                                                         int limit) = 0;

    /// Empty when nothing was ever copied into this store.
    virtual Task<Result<std::optional<CopyProgress>>> findCopy() = 0;
    virtual Task<Result<>> saveCopy(CopyProgress progress) = 0;
};

}  // namespace atelier
