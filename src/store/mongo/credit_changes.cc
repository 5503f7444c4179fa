#include "store/mongo/credit_changes.h"

#include <fmt/format.h>

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

/// Takes `needed` credits (negative: adds them) and notes `noted` as `entry`, once.
Result<Held> takeOnce(Connection& connection, const UserId& user, const std::string& entry,
                      Credits needed, Credits noted) {
    const auto may =
        of("_id", user, "creditsLeft", of("$gte", needed), entry, of("$exists", false));
    const auto change = of("$inc", of("creditsLeft", -needed, "open", 1), "$set", of(entry, noted));
    const auto fields = of("creditsLeft", 1, entry, 1);
    for (;;) {
        const auto taken = connection.change(kUsers, may, change, fields);
        if (!taken) return failure(taken.error());
        if (*taken) return Held{numberAt(**taken, "creditsLeft"), true};
        const auto found = connection.findOne(kUsers, of("_id", user), fields);
        if (!found) return failure(found.error());
        if (!*found) return failure(ErrorCode::NotFound, "there is no such user");
        const auto available = numberAt(**found, "creditsLeft");
        if ((*found)->has(entry)) return Held{available, false};
        if (available < needed) return failure(insufficient(needed, available));
        // Credits came in between the two: once more.
    }
}

}  // namespace

Result<Held> holdCredits(Connection& connection, const UserId& user, const JobId& job,
                         Credits amount) {
    const auto valid = checkAmount(amount, 0);
    if (!valid) return failure(valid.error());
    return takeOnce(connection, user, entryOf("holds", job), amount, amount);
}

Result<Credits> grantCredits(Connection& connection, const UserId& user, const UsageId& grant,
                             Credits amount) {
    const auto valid = checkAmount(amount, -kMaxAmount);
    if (!valid) return failure(valid.error());
    const auto granted =
        takeOnce(connection, user, entryOf("pendingGrants", grant), -amount, amount);
    if (!granted) return failure(granted.error());
    return granted->left;
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
    const auto cleared = connection.update(kUsers, of("_id", user, entry, of("$exists", true)),
                                           of("$inc", of("open", -1), "$unset", of(entry, "")));
    if (!cleared) return failure(cleared.error());
    return {};
}

}  // namespace atelier::mongo
