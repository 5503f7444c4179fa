#include "queue/bullmq/commands.h"

#include <cmath>

#include <fmt/format.h>

namespace atelier::bullmq {
namespace {

using redis::Reply;

/// Our worker may find a job stalled often and go on with it: BullMQ must not fail it for that.
constexpr auto kMaxStalls = "1000000";
constexpr auto kWorkerName = "atelier";
/// Whatever is put here must be JSON: anything else ends every QueueEvents of Node.
constexpr auto kReturnValue = "returnvalue";
constexpr auto kDone = R"({"done":true})";
/// So many finished jobs are removed at once: looking for them costs Redis a twentieth of the
/// script.
constexpr unsigned kTrimEvery = 16;
/// The script wants one although nothing is fetched.
constexpr Millis kAnyLock{30'000};

std::string millisText(Instant at) {
    return fmt::to_string(at.time_since_epoch().count());
}

std::unexpected<Error> unexpectedReply(std::string_view script, const Reply& reply) {
    return failure(
        ErrorCode::Internal, fmt::format("BullMQ's {} gave an unexpected answer", script),
        fmt::format("kind {}, {}", static_cast<int>(reply.kind), reply.number().value_or(0)));
}

/// What the scripts that end an attempt say: 0 or more, or why not.
Result<bool> ended(const Result<Reply>& reply, std::string_view script) {
    if (!reply) return failure(reply.error());
    const auto code = reply->number();
    if (!code) return unexpectedReply(script, *reply);
    if (*code >= 0) return true;
    // -1 job gone, -2 no lock, -3 not active, -6 someone else's lock
    if (*code >= -3 || *code == -6) return false;
    return unexpectedReply(script, *reply);
}

int starts(const Reply& hash) {
    for (std::size_t i = 0; i + 1 < hash.items.size(); i += 2)
        if (hash.items[i].text == "ats")
            return static_cast<int>(hash.items[i + 1].number().value_or(1));
    return 1;
}

bool has(const Reply& hash, std::string_view field) {
    for (std::size_t i = 0; i < hash.items.size(); i += 2)
        if (hash.items[i].text == field) return true;
    return false;
}

/// {hash | 0, id | 0, milliseconds of rate limit, when the next delayed job is due}
Result<Fetched> fetched(const Reply& reply, std::string_view script) {
    const auto& items = reply.items;
    if (items.size() < 4) return unexpectedReply(script, reply);
    Fetched out;
    out.limited = Millis{items[2].number().value_or(0)};
    if (items[0].kind == Reply::Kind::Array) {
        out.job = items[1].text;
        out.starts = starts(items[0]);
        out.failed_elsewhere = has(items[0], "defa");
    } else if (const auto next = items[3].number().value_or(0); next > 0) {
        out.next_delayed = Instant{Millis{next}};
    }
    return out;
}

}  // namespace

std::vector<std::string> Commands::withOurs(std::vector<std::string> named,
                                            const std::string& job) const {
    for (const auto* what : {"atelier:fair", "prioritized", "delayed"})
        named.push_back(keys_.at(what));
    named.push_back(keys_.at(job));
    return named;
}

Task<Result<bool>> Commands::add(std::string job, std::string user, Millis delay, Instant now) {
    const bool later = delay > Millis{0};
    auto keys = later ? keys_.all({"marker", "meta", "id", "delayed", "completed", "events"})
                      : keys_.all({"marker", "meta", "id", "prioritized", "delayed", "completed",
                                   "active", "events", "pc"});
    std::vector<std::string> args{packAddArgs(keys_.base(), job, now),
                                  jobData(job, user),
                                  packAddOptions(job, delay, now),
                                  keys_.base(),
                                  job,
                                  std::move(user)};
    const auto& script = later ? scripts_.add_delayed : scripts_.add_prioritized;
    auto all_keys = withOurs(std::move(keys), job);
    auto added = co_await client_.run(script, std::move(all_keys), std::move(args));
    if (!added) co_return failure(std::move(added.error()));
    if (added->text == "finished") co_return false;
    if (added->text != job) co_return unexpectedReply("add", *added);
    co_return true;
}

Task<Result<Fetched>> Commands::fetch(std::string token, Millis lock, Instant now) {
    auto keys = keys_.all({"wait", "active", "prioritized", "events", "stalled", "limiter",
                           "delayed", "paused", "meta", "pc", "marker"});
    std::vector<std::string> args{keys_.base(), millisText(now),
                                  packFetchOptions(token, lock, kWorkerName)};
    auto reply = co_await client_.run(scripts_.move_to_active, std::move(keys), std::move(args));
    if (!reply) co_return failure(std::move(reply.error()));
    co_return fetched(*reply, "moveToActive");
}

Task<Result<Reply>> Commands::finish(std::string job, std::string token, Ending ending,
                                     Instant now) {
    auto keys = keys_.all({"wait", "active", "prioritized", "events", "stalled", "limiter",
                           "delayed", "paused", "meta", "pc"});
    for (const auto& what : {ending.target, job, "metrics:" + ending.target, std::string{"marker"}})
        keys.push_back(keys_.at(what));
    const bool trims = ended_.fetch_add(1, std::memory_order_relaxed) % kTrimEvery == 0;
    auto options = packFinishOptions(token, trims ? std::optional{Keep{}} : std::nullopt,
                                     ending.next_lock.value_or(kAnyLock), kWorkerName);
    std::vector<std::string> args{std::move(job),
                                  millisText(now),
                                  std::move(ending.field),
                                  std::move(ending.value),
                                  std::move(ending.target),
                                  ending.next_lock ? "1" : "0",
                                  keys_.base(),
                                  std::move(options),
                                  ""};
    return client_.run(scripts_.move_to_finished, std::move(keys), std::move(args));
}

Task<Result<bool>> Commands::complete(std::string job, std::string token, Instant now) {
    Ending ending{kReturnValue, kDone, "completed", {}};
    auto reply = co_await finish(std::move(job), std::move(token), std::move(ending), now);
    co_return ended(reply, "moveToFinished");
}

Task<Result<bool>> Commands::fail(std::string job, std::string token, std::string reason,
                                  Instant now) {
    Ending ending{"failedReason", std::move(reason), "failed", {}};
    auto reply = co_await finish(std::move(job), std::move(token), std::move(ending), now);
    co_return ended(reply, "moveToFinished");
}

Task<Result<Finished>> Commands::completeAndFetch(std::string job, std::string token, Millis lock,
                                                  Instant now) {
    Ending ending{kReturnValue, kDone, "completed", lock};
    auto reply = co_await finish(std::move(job), std::move(token), std::move(ending), now);
    if (reply && reply->kind == Reply::Kind::Array) {
        auto next = fetched(*reply, "moveToFinished");
        if (!next) co_return failure(std::move(next.error()));
        co_return Finished{true, std::move(*next)};
    }
    auto done = ended(reply, "moveToFinished");
    if (!done) co_return failure(std::move(done.error()));
    co_return Finished{*done, {}};
}

Task<Result<bool>> Commands::delay(std::string job, std::string token, Millis delay, Instant now) {
    auto keys = keys_.all({"marker", "active", "prioritized", "delayed", job, "events", "meta",
                           "stalled", "wait", "limiter", "pc"});
    std::vector<std::string> args{
        keys_.base(), millisText(now), job, token, fmt::to_string(delay.count()), "0", "", "0", "",
        token};
    auto all_keys = withOurs(std::move(keys), job);
    auto reply =
        co_await client_.run(scripts_.move_to_delayed, std::move(all_keys), std::move(args));
    co_return ended(reply, "moveToDelayed");
}

Task<Result<bool>> Commands::retry(std::string job, std::string token, Instant now) {
    auto keys = keys_.all({"active", "wait", "paused", job, "meta", "events", "delayed",
                           "prioritized", "pc", "marker", "stalled"});
    std::vector<std::string> args{keys_.base(), millisText(now), "RPUSH", job, token, "", token};
    auto all_keys = withOurs(std::move(keys), job);
    auto reply = co_await client_.run(scripts_.retry_job, std::move(all_keys), std::move(args));
    co_return ended(reply, "retryJob");
}

Task<Result<std::vector<std::string>>> Commands::extend(std::vector<std::string> jobs,
                                                        std::vector<std::string> tokens,
                                                        Millis lock) {
    std::vector<std::string> args{keys_.base(), packTexts(tokens), packTexts(jobs),
                                  fmt::to_string(lock.count())};
    auto keys = keys_.all({"stalled"});
    auto reply = co_await client_.run(scripts_.extend_locks, std::move(keys), std::move(args));
    if (!reply) co_return failure(std::move(reply.error()));
    std::vector<std::string> lost;
    for (const auto& item : reply->items) lost.push_back(item.text);
    co_return lost;
}

Task<Result<>> Commands::recoverStalled(Millis interval, Instant now) {
    auto keys = keys_.all({"stalled", "wait", "active", "stalled-check", "meta", "paused", "marker",
                           "events", "repeat"});
    std::vector<std::string> args{kMaxStalls, keys_.base(), millisText(now),
                                  fmt::to_string(interval.count())};
    auto reply = co_await client_.run(scripts_.move_stalled, std::move(keys), std::move(args));
    if (!reply) co_return failure(std::move(reply.error()));
    co_return Result<>{};
}

Task<Result<bool>> Commands::remove(std::string job) {
    std::vector<std::string> args{job, "0", keys_.base()};
    auto keys = keys_.all({job, "repeat"});
    auto reply = co_await client_.run(scripts_.remove_job, std::move(keys), std::move(args));
    if (!reply) co_return failure(std::move(reply.error()));
    co_return reply->number() == 1;
}

Task<Result<std::string>> Commands::state(std::string job) {
    auto keys = keys_.all({"completed", "failed", "delayed", "active", "wait", "paused",
                           "waiting-children", "prioritized"});
    std::vector<std::string> args{std::move(job)};
    auto reply = co_await client_.run(scripts_.get_state, std::move(keys), std::move(args));
    if (!reply) co_return failure(std::move(reply.error()));
    co_return std::move(reply->text);
}

Task<Result<std::optional<std::int64_t>>> Commands::position(std::string job) {
    auto keys = keys_.all({"prioritized", "wait"});
    std::vector<std::string> args{std::move(job)};
    auto reply = co_await client_.run(scripts_.position, std::move(keys), std::move(args));
    if (!reply) co_return failure(std::move(reply.error()));
    co_return reply->number();
}

Task<Result<QueueDepth>> Commands::depth(Instant now) {
    // The delayed ones that are due, then all of them: BullMQ lets them wait when the next job is
    // fetched.
    std::vector<std::string> due_args{
        millisText(now + Millis{1}), "delayed", "wait", "paused", "prioritized", "active"};
    auto keys = keys_.all({""});
    auto due = co_await client_.run(scripts_.get_counts, std::move(keys), std::move(due_args));
    if (!due) co_return failure(std::move(due.error()));
    std::vector<std::string> all_words{"ZCARD", keys_.at("delayed")};
    auto all = co_await client_.command(std::move(all_words));
    if (!all) co_return failure(std::move(all.error()));
    if (due->items.size() != 5) co_return unexpectedReply("getCounts", *due);
    const auto count = [&](std::size_t i) { return due->items[i].number().value_or(0); };
    QueueDepth depth;
    depth.waiting = count(0) + count(1) + count(2) + count(3);
    depth.delayed = std::max<std::int64_t>(all->integer - count(0), 0);
    depth.active = count(4);
    co_return depth;
}

Task<Result<>> Commands::forgive(std::string job) {
    std::vector<std::string> reply_words{"HDEL", keys_.at(job), "defa"};
    auto reply = co_await client_.command(std::move(reply_words));
    if (!reply) co_return failure(std::move(reply.error()));
    co_return Result<>{};
}

Task<Result<std::optional<Instant>>> Commands::awaitMarker(Millis wait, std::stop_token stop) {
    std::vector<std::string> args{
        "BZPOPMIN", keys_.at("marker"),
        fmt::format("{:.3f}", std::chrono::duration<double>(wait).count())};
    auto reply = co_await client_.block(std::move(args), wait, std::move(stop));
    if (!reply) co_return failure(std::move(reply.error()));
    if (reply->items.size() < 3) co_return std::optional<Instant>{};
    const auto due = std::strtod(reply->items[2].text.c_str(), nullptr);
    co_return Instant{Millis{std::llround(due)}};
}

Task<Result<>> Commands::putMarker() {
    std::vector<std::string> reply_words{"ZADD", keys_.at("marker"), "0", "0"};
    auto reply = co_await client_.command(std::move(reply_words));
    if (!reply) co_return failure(std::move(reply.error()));
    co_return Result<>{};
}

Task<Result<std::string>> Commands::version() {
    std::vector<std::string> reply_words{"HGET", keys_.at("meta"), "version"};
    auto reply = co_await client_.command(std::move(reply_words));
    if (!reply) co_return failure(std::move(reply.error()));
    co_return std::move(reply->text);
}

Task<Result<>> Commands::setVersion(std::string version) {
    std::vector<std::string> reply_words{"HSET", keys_.at("meta"), "version", std::move(version)};
    auto reply = co_await client_.command(std::move(reply_words));
    if (!reply) co_return failure(std::move(reply.error()));
    co_return Result<>{};
}

Task<Result<>> Commands::obliterate() {
    std::vector<std::string> paused_words{"HSET", keys_.at("meta"), "paused", "1"};
    auto paused = co_await client_.command(std::move(paused_words));
    if (!paused) co_return failure(std::move(paused.error()));
    for (;;) {
        auto keys = keys_.all({"meta", ""});
        std::vector<std::string> args{"1000", "force"};
        auto left = co_await client_.run(scripts_.obliterate, std::move(keys), std::move(args));
        if (!left) co_return failure(std::move(left.error()));
        if (left->number() != 1) break;
    }
    std::vector<std::string> fair_words{"DEL", keys_.at("atelier:fair")};
    auto fair = co_await client_.command(std::move(fair_words));
    if (!fair) co_return failure(std::move(fair.error()));
    co_return Result<>{};
}

}  // namespace atelier::bullmq
