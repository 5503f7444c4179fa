#include "store/mongo/credit_changes.h"

#include <functional>

#include <fmt/format.h>

#include "domain/job.h"
#include "store/mongo/read.h"

namespace atelier::mongo {
namespace {

constexpr auto kUsers = "users";
/// Keeps sums far from overflow.
constexpr Credits kMaxAmount = 1'000'000'000'000;

template <class AnyId>
std::string entryOf(std::string_view list, const AnyId& id) {
    return fmt::format("{}.{}", list, id.str());
}

Result<> checkAmount(Credits amount, Credits least) {
    if (amount >= least && amount <= kMaxAmount) return {};
    return failure(Error{ErrorCode::ValidationFailed,
                         fmt::format("amount must be {} to {}", least, kMaxAmount),
                         {},
                         {},
                         {{"/amount", fmt::format("must be {} to {}", least, kMaxAmount)}},
                         {}});
}

Error insufficient(Credits needed, Credits available) {
    return {ErrorCode::InsufficientCredits,
            fmt::format("{} credits are needed, {} are left", needed, available),
            {},
            {},
            {},
            {{"needed", needed}, {"available", available}}};
}

/// Calls `each` with every entry of the sub-document at `path`.
void forEntries(const Document& document, std::string_view path,
                const std::function<void(const bson_iter_t&)>& each) {
    bson_iter_t at, entry;
    if (!document.find(path, at) || !BSON_ITER_HOLDS_DOCUMENT(&at) ||
        !bson_iter_recurse(&at, &entry))
        return;
    while (bson_iter_next(&entry)) each(entry);
}

std::vector<std::string> keysAt(const Document& document, std::string_view path) {
    std::vector<std::string> keys;
    forEntries(document, path,
               [&](const bson_iter_t& entry) { keys.emplace_back(bson_iter_key(&entry)); });
    return keys;
}

/// Of a user with creditsLeft and holds.
Balance balanceOf(const Document& user) {
    Balance out{.left = numberAt(user, "creditsLeft"), .held = 0};
    forEntries(user, "holds",
               [&](const bson_iter_t& entry) { out.held += bson_iter_as_int64(&entry); });
    return out;
}

/// Adds to `may` that there are fewer than `most` holds. `open` counts them together with pending
/// grants: those that `user` has may be there in addition as long as they are.
void addRoom(Document& may, const Document& user, std::int64_t most) {
    const auto holds = std::ssize(keysAt(user, "holds"));
    append(may.get(), "open", of("$lt", most + numberAt(user, "open") - holds));
    for (const auto& grant : keysAt(user, "pendingGrants"))
        append(may.get(), "pendingGrants." + grant, of("$exists", true));
}

/// Takes `needed` credits (negative: adds them) and sets `notes`, once: `entry` is among them. Not
/// for an erased user, of whom a request may be under way.
Result<Held> takeOnce(Connection& connection, const UserId& user, const std::string& entry,
                      Credits needed, const Document& notes,
                      std::optional<std::int64_t> most = std::nullopt) {
    const auto alive = of("_id", user, "hash", of("$ne", ""));
    const auto usual = of("_id", user, "hash", of("$ne", ""), "creditsLeft", of("$gte", needed),
                          entry, of("$exists", false));
    const auto change = of("$inc", of("creditsLeft", -needed, "open", 1), "$set", notes);
    const auto shown = of("creditsLeft", 1, "holds", 1);
    auto may = usual;
    if (most) addRoom(may, {}, *most);
    for (;;) {
        const auto taken = connection.change(kUsers, may, change, shown);
        if (!taken) return failure(taken.error());
        if (*taken) return Held{balanceOf(**taken), true};
        const auto found = connection.findOne(
            kUsers, alive, of("creditsLeft", 1, "open", 1, "holds", 1, "pendingGrants", 1));
        if (!found) return failure(found.error());
        if (!*found) return failure(ErrorCode::NotFound, "there is no such user");
        const auto balance = balanceOf(**found);
        if ((*found)->has(entry)) return Held{balance, false};
        const auto holds = std::ssize(keysAt(**found, "holds"));
        if (most && holds >= *most) return failure(tooManyActiveJobs(holds, *most));
        if (balance.left < needed) return failure(insufficient(needed, balance.left));
        // Credits or room came in between the two, or a grant is pending: once more.
        may = usual;
        if (most) addRoom(may, **found, *most);
    }
}

}  // namespace

Result<Held> holdCredits(Connection& connection, const UserId& user, const JobId& job,
                         Credits amount, std::optional<std::int64_t> most) {
    const auto valid = checkAmount(amount, 0);
    if (!valid) return failure(valid.error());
    const auto entry = entryOf("holds", job);
    return takeOnce(connection, user, entry, amount, of(entry, amount), most);
}

Result<Credits> grantCredits(Connection& connection, const UserId& user, const UsageId& grant,
                             Credits amount, const std::string& reason) {
    const auto valid = checkAmount(amount, -kMaxAmount);
    if (!valid) return failure(valid.error());
    const auto entry = entryOf("pendingGrants", grant);
    const auto notes = of(entry, amount, entryOf("grantReasons", grant), reason);
    const auto granted = takeOnce(connection, user, entry, -amount, notes);
    if (!granted) return failure(granted.error());
    return granted->balance.left;
}

Result<std::optional<Credits>> settleHold(Connection& connection, const UserId& user,
                                          const JobId& job, Credits charge) {
    const auto valid = checkAmount(charge, 0);
    if (!valid) return failure(valid.error());
    const auto entry = entryOf("holds", job);
    const auto found = connection.findOne(kUsers, of("_id", user), of(entry, 1));
    if (!found) return failure(found.error());
    if (!*found || !(*found)->has(entry)) return std::nullopt;
    // The amount of a hold never changes: if it still is there, this is it.
    const auto held = numberAt(**found, entry);
    const auto back = std::max<Credits>(held - charge, 0);
    const auto settled =
        connection.change(kUsers, of("_id", user, entry, held),
                          of("$inc", of("creditsLeft", back, "open", -1), "$unset", of(entry, "")),
                          of("creditsLeft", 1));
    if (!settled) return failure(settled.error());
    return settled->transform(
        [](const Document& document) { return numberAt(document, "creditsLeft"); });
}

Result<> clearGrant(Connection& connection, const UserId& user, const UsageId& grant) {
    const auto entry = entryOf("pendingGrants", grant);
    const auto cleared = connection.update(
        kUsers, of("_id", user, entry, of("$exists", true)),
        of("$inc", of("open", -1), "$unset", of(entry, "", entryOf("grantReasons", grant), "")));
    if (!cleared) return failure(cleared.error());
    return {};
}

}  // namespace atelier::mongo
