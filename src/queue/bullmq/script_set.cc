#include "queue/bullmq/script_set.h"

#include <map>
#include <optional>

#include <fmt/format.h>

#include "queue/bullmq/additions.h"
#include "queue/bullmq/script_source.h"

namespace atelier::bullmq {
namespace {

using Sources = std::map<std::string, ScriptSource>;

/// Names and numbers of keys are BullMQ's private matter and change in minor versions: what we call
/// must be what we know.
class Chooser {
  public:
    explicit Chooser(const Sources& sources) : sources_{sources} {}

    redis::Script choose(const std::string& name, int arity, std::string_view before = {}) {
        const auto found = sources_.find(name);
        if (found == sources_.end()) {
            complain(fmt::format("{} is missing", name));
            return redis::Script{""};
        }
        if (found->second.arity != arity)
            complain(
                fmt::format("{} takes {} keys, expected {}", name, found->second.arity, arity));
        return redis::Script{fmt::format("{}{}", before, found->second.lua)};
    }
    const std::optional<Error>& complaint() const { return complaint_; }

  private:
    void complain(const std::string& what) {
        if (complaint_) return;
        complaint_ = Error{ErrorCode::Internal,
                           "the bullmq package is not the one this was written for: " + what,
                           {},
                           {},
                           {},
                           {}};
    }

    const Sources& sources_;
    std::optional<Error> complaint_;
};

Result<Sources> readAll(std::span<const std::string_view> files) {
    Sources sources;
    for (const auto file : files) {
        if (file.empty()) continue;
        auto source = readScript(file);
        if (!source) return failure(std::move(source.error()));
        auto name = source->name;
        sources.emplace(std::move(name), std::move(*source));
    }
    return sources;
}

}  // namespace

Result<ScriptSet> ScriptSet::load(std::span<const std::string_view> files) {
    const auto sources = readAll(files);
    if (!sources) return failure(sources.error());
    if (sources->empty()) {
        return failure(ErrorCode::NotReady,
                       "this program was built without BullMQ's scripts, which REDIS_URL needs: "
                       "install npm, run "
                       "scripts/bootstrap build and build again");
    }
    const auto fair = [](std::string_view before) {
        return std::string{kFairTags} + std::string{before};
    };
    Chooser chooser{*sources};
    ScriptSet set{
        .add_prioritized = chooser.choose("addPrioritizedJob", 9, fair(kBeforeAdd)),
        .add_delayed = chooser.choose("addDelayedJob", 6, fair(kBeforeAdd)),
        .move_to_active = chooser.choose("moveToActive", 11),
        .move_to_finished = chooser.choose("moveToFinished", 14),
        .move_to_delayed = chooser.choose("moveToDelayed", 11, fair(kBeforeDelay)),
        .retry_job = chooser.choose("retryJob", 11, fair(kBeforeRetry)),
        .move_stalled = chooser.choose("moveStalledJobsToWait", 9, kBeforeStalledCheck),
        .extend_locks = chooser.choose("extendLocks", 1),
        .remove_job = chooser.choose("removeJob", 2),
        .get_state = chooser.choose("getStateV2", 8),
        .get_counts = chooser.choose("getCounts", 1),
        .obliterate = chooser.choose("obliterate", 2),
        .position = redis::Script{std::string{kPosition}},
    };
    if (chooser.complaint()) return failure(*chooser.complaint());
    return set;
}

}  // namespace atelier::bullmq
