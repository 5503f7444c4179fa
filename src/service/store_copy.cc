#include "service/store_copy.h"

#include <limits>
#include <utility>

#include <fmt/format.h>

#include "domain/json.h"
#include "util/encoding.h"
#include "util/gather.h"

namespace atelier {
namespace {

constexpr int kCopyBatch = 200;

template <class T>
Result<T> entityOf(const boost::json::object& content) {
    T out{};
    if (const auto done = json::decode(boost::json::value(content), out); !done)
        return failure(ErrorCode::Internal, "an object of the source cannot be read",
                       done.error().pointer + ": " + done.error().message);
    return out;
}

/// What stores say of something that is there already, left by a copy that was cut off, is fine.
template <class T>
Result<> addedOrThere(const Result<T>& added) {
    if (added || added.error().code == ErrorCode::Conflict ||
        added.error().code == ErrorCode::EmailTaken)
        return {};
    return failure(added.error());
}

/// Runs `insert`, a member of `store`, on the entity in `content`.
template <class T, class Port>
Task<Result<>> insertWith(Port& store, Task<Result<>> (Port::*insert)(T),
                          boost::json::object content) {
    auto entity = entityOf<T>(content);
    if (!entity) co_return failure(std::move(entity.error()));
    auto added = co_await (store.*insert)(std::move(*entity));
    co_return addedOrThere(added);
}

Task<Result<>> insertUser(Store& store, boost::json::object content) {
    const bool erasing = content.contains("erasing");
    auto user = entityOf<User>(content);
    if (!user) co_return failure(std::move(user.error()));
    const auto id = user->id;
    if (erasing) --user->session_epoch;  // erasing raises it
    auto added = co_await store.insertUser(std::move(*user));
    if (!added && added.error().code != ErrorCode::EmailTaken) co_return added;
    if (!added || !erasing) co_return Result<>{};
    auto erased = co_await store.eraseUser(id);
    co_return erased;
}

Task<Result<>> insertApiKey(Store& store, boost::json::object content) {
    auto key = entityOf<ApiKey>(content);
    if (!key) co_return failure(std::move(key.error()));
    auto added = co_await store.insertApiKey(std::move(*key), std::numeric_limits<int>::max());
    co_return addedOrThere(added);
}

Task<Result<>> insertLine(Store& store, boost::json::object content) {
    auto line = entityOf<UsageLog>(content);
    if (!line) co_return failure(std::move(line.error()));
    auto added = co_await store.append(std::move(*line));
    co_return addedOrThere(added);
}

Task<Result<>> insertClaim(Store& store, boost::json::object content) {
    auto claim = entityOf<IdempotencyClaim>(content);
    if (!claim) co_return failure(std::move(claim.error()));
    auto answer = claim->answer;
    claim->answer.reset();
    auto stored = co_await store.claimKey(*claim, Instant::min());  // nothing has expired by then
    if (!stored) co_return failure(std::move(stored.error()));
    if (!answer) co_return Result<>{};
    auto kept =
        co_await store.keepAnswer(claim->user_id, claim->key, claim->job_id, std::move(*answer));
    co_return kept;
}

Task<Result<>> insertWebhook(Store& store, boost::json::object content) {
    auto webhook = entityOf<Webhook>(content);
    if (!webhook) co_return failure(std::move(webhook.error()));
    auto added = co_await store.insertWebhook(std::move(*webhook), std::numeric_limits<int>::max());
    co_return addedOrThere(added);
}

Task<Result<>> insertDelivery(Store& store, boost::json::object content) {
    auto delivery = entityOf<WebhookDelivery>(content);
    if (!delivery) co_return failure(std::move(delivery.error()));
    auto added = co_await store.insertDelivery(std::move(*delivery));
    co_return addedOrThere(added);
}

std::optional<StoredKind> kindAfter(StoredKind kind) {
    if (kind == StoredKind::WebhookDelivery) return std::nullopt;
    return static_cast<StoredKind>(static_cast<int>(kind) + 1);
}

Error otherData() {
    return {ErrorCode::Conflict,
            "the target holds other data already: copy into a new, empty database",
            {},
            {},
            {},
            {}};
}

}  // namespace

Task<Result<>> StoreCopy::insert(StoredKind kind, boost::json::object content) {
    auto& store = parts_.target;
    switch (kind) {
        case StoredKind::User:
            return insertUser(store, std::move(content));
        case StoredKind::ApiKey:
            return insertApiKey(store, std::move(content));
        case StoredKind::Session:
            return insertWith<LoginSession, SessionStore>(store, &SessionStore::insertSession,
                                                          std::move(content));
        case StoredKind::AuditEntry:
            return insertWith<AuditEntry, AuditStore>(store, &AuditStore::appendAudit,
                                                      std::move(content));
        case StoredKind::Scene:
            return insertWith<Scene, SceneStore>(store, &SceneStore::insertScene,
                                                 std::move(content));
        case StoredKind::Prompt:
            return insertWith<PromptConfig, PromptStore>(store, &PromptStore::insertPrompt,
                                                         std::move(content));
        case StoredKind::Model:
            return insertWith<Model, AssetStore>(store, &AssetStore::insertModel,
                                                 std::move(content));
        case StoredKind::Garment:
            return insertWith<Garment, AssetStore>(store, &AssetStore::insertGarment,
                                                   std::move(content));
        case StoredKind::Job:
            return insertWith<Job, JobStore>(store, &JobStore::insertJob, std::move(content));
        case StoredKind::UsageLine:
            return insertLine(store, std::move(content));
        case StoredKind::IdempotencyClaim:
            return insertClaim(store, std::move(content));
        case StoredKind::Webhook:
            return insertWebhook(store, std::move(content));
        case StoredKind::WebhookDelivery:
            return insertDelivery(store, std::move(content));
    }
    std::unreachable();
}

Task<Result<>> StoreCopy::run() {
    auto progress = co_await begin();
    if (!progress) co_return failure(std::move(progress.error()));
    if (!progress->finished) {
        auto copied = co_await copyFrom(std::move(*progress));
        if (!copied) co_return copied;
    }
    auto verified = co_await verify();
    co_return verified;
}

Task<Result<CopyProgress>> StoreCopy::begin() {
    auto found = co_await parts_.target_copy.findCopy();
    if (!found) co_return failure(std::move(found.error()));
    if (*found) {
        if ((*found)->source != parts_.source_name) co_return failure(otherData());
        parts_.report(fmt::format("going on with {}", nameOf((*found)->kind)));
        co_return std::move(**found);
    }
    auto holds = co_await holdsData();
    if (!holds) co_return failure(std::move(holds.error()));
    if (*holds) co_return failure(otherData());
    CopyProgress fresh{.source = parts_.source_name};
    auto saved = co_await parts_.target_copy.saveCopy(fresh);
    if (!saved) co_return failure(std::move(saved.error()));
    co_return fresh;
}

Task<Result<bool>> StoreCopy::holdsData() {
    for (std::optional kind{StoredKind::User}; kind; kind = kindAfter(*kind)) {
        auto first = co_await parts_.target_copy.scan(*kind, "", 1);
        if (!first) co_return failure(std::move(first.error()));
        if (!first->empty()) co_return true;
    }
    co_return false;
}

Task<Result<>> StoreCopy::copyFrom(CopyProgress progress) {
    std::int64_t copied = 0;
    while (!progress.finished) {
        auto over = co_await copyBatch(progress, copied);
        if (!over) co_return failure(std::move(over.error()));
        if (*over) {
            parts_.report(fmt::format("{}: {} copied", nameOf(progress.kind), copied));
            copied = 0;
            const auto next = kindAfter(progress.kind);
            progress.finished = !next;
            progress.kind = next.value_or(progress.kind);
            progress.after.clear();
        }
        auto saved = co_await parts_.target_copy.saveCopy(progress);
        if (!saved) co_return saved;
    }
    co_return Result<>{};
}

Task<Result<bool>> StoreCopy::copyBatch(CopyProgress& progress, std::int64_t& copied) {
    auto batch = co_await parts_.source.scan(progress.kind, progress.after, kCopyBatch);
    if (!batch) co_return failure(std::move(batch.error()));
    if (batch->empty()) co_return true;
    auto last = batch->back().cursor;
    copied += std::ssize(*batch);
    std::vector<Task<Result<>>> inserts;
    for (auto& object : *batch) inserts.push_back(insert(progress.kind, std::move(object.content)));
    auto done = co_await gather(std::move(inserts));
    for (auto& one : done)
        if (!one) co_return failure(std::move(one.error()));
    progress.after = std::move(last);
    if (copied % (kCopyBatch * 25) == 0)
        parts_.report(fmt::format("{}: {} so far", nameOf(progress.kind), copied));
    co_return false;
}

Task<Result<>> StoreCopy::verify() {
    for (std::optional kind{StoredKind::User}; kind; kind = kindAfter(*kind)) {
        auto here = co_await tally(parts_.source, *kind);
        if (!here) co_return failure(std::move(here.error()));
        auto there = co_await tally(parts_.target_copy, *kind);
        if (!there) co_return failure(std::move(there.error()));
        if (here->count != there->count || here->hash != there->hash) {
            co_return failure(
                ErrorCode::Conflict,
                fmt::format(
                    "{} differs: {} in the source, {} in the target{}; something wrote to one of "
                    "them: stop it, empty the target and copy again",
                    nameOf(*kind), here->count, there->count,
                    here->count == there->count ? " with other contents" : ""));
        }
        parts_.report(fmt::format("{}: {} verified", nameOf(*kind), here->count));
    }
    co_return Result<>{};
}

Task<Result<StoreCopy::Tally>> StoreCopy::tally(CopyStore& store, StoredKind kind) {
    Tally out;
    std::string after;
    for (;;) {
        auto batch = co_await store.scan(kind, after, kCopyBatch);
        if (!batch) co_return failure(std::move(batch.error()));
        if (batch->empty()) co_return out;
        for (const auto& object : *batch) {
            const auto hash = sha256(boost::json::serialize(object.content));
            for (std::size_t i = 0; i < out.hash.size(); ++i)
                out.hash[i] = static_cast<char>(out.hash[i] ^ static_cast<char>(hash[i]));
        }
        out.count += std::ssize(*batch);
        after = batch->back().cursor;
    }
}

}  // namespace atelier
