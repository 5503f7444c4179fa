#include "service/job_service.h"

#include <set>

#include <fmt/format.h>

#include "service/on_pool.h"
#include "util/encoding.h"
#include "util/gather.h"
#include "util/names.h"

namespace atelier {
namespace {

constexpr std::int64_t kMaxSamples = 4;
constexpr Millis kUnsettledLook{1'000};
constexpr std::int64_t kSeeds = std::int64_t{1} << 32;  // 0 … 4294967295, after which 0 follows

/// `data:image/png;base64,` is optional.
std::string_view withoutDataPrefix(std::string_view base64) {
    const auto comma = base64.find(',');
    return base64.starts_with("data:") && comma != std::string_view::npos ? base64.substr(comma + 1)
                                                                          : base64;
}

}  // namespace

Result<Credits> JobService::priceOf(JobKind kind, const JobRequest& request) const {
    Credits sum = 0;
    for (const auto& step : stepsOf(kind, request)) {
        const auto price = parts_.prices.perSample(step.action, step.engine);
        if (!price) return failure(price.error());
        sum += *price;
    }
    return sum;
}

Result<Job> JobService::draft(const Caller& caller, JobKind kind, JobRequest request) const {
    if (request.num_samples < 1 || request.num_samples > kMaxSamples)
        return invalidField("/numSamples", fmt::format("must be 1 to {}", kMaxSamples));
    if (request.webhook_url) {
        auto checked = parts_.urls.check(*request.webhook_url);
        if (!checked) {
            checked.error().fields = {{"/webhookUrl", checked.error().detail}};
            return failure(std::move(checked.error()));
        }
    }
    const auto price = priceOf(kind, request);
    if (!price) return failure(price.error());

    Job job;
    job.id = caller.job_id ? *caller.job_id : parts_.ids.make<JobId>();
    job.user_id = caller.user->id;
    job.kind = kind;
    job.request = std::move(request);
    job.request_id = caller.request_id;
    job.created_at = parts_.clock.now();
    job.price_per_sample = *price;
    job.credits_held = *price * job.request.num_samples;
    job.webhook_token = toBase64Url(randomBytes(18));
    for (std::int64_t i = 0; i < job.request.num_samples; ++i) {
        Sample sample;
        sample.index = i;
        // One seed given: the samples differ by counting up from it.
        if (job.request.seed) sample.seed = (*job.request.seed + i) % kSeeds;
        if (kind == JobKind::Model) sample.model_id = parts_.ids.make<ModelId>();
        job.samples.push_back(std::move(sample));
    }
    job.events.push_back({1, JobStatus::Queued, std::nullopt, job.created_at});
    return job;
}

Result<> JobService::checkWithEngine(const Job& job) const {
    const auto* engine = parts_.engines.find(usageAction(job.kind), job.request.engine);
    if (engine == nullptr)
        return failure(ErrorCode::Internal, "engine " + job.request.engine + " has a price only");
    return engine->check(job);
}

Task<Result<>> JobService::checkActiveJobs(std::shared_ptr<const User> owner) {
    // A job has its hold until after it has ended, so that there are no more jobs than holds.
    if (std::ssize(owner->holds) < parts_.max_active_per_user) co_return Result<>{};
    auto active = co_await parts_.store.countActiveJobs(owner->id);
    if (!active) co_return failure(std::move(active.error()));
    if (*active >= parts_.max_active_per_user)
        co_return failure(tooManyActiveJobs(*active, parts_.max_active_per_user));
    // The store counts holds: those of jobs that have just ended must not stand in the way.
    for (const auto& [held, amount] : owner->holds) {
        const auto id = JobId::parse(held);
        if (!id) continue;
        auto job = co_await parts_.store.findJob(*id);
        if (!job) co_return failure(std::move(job.error()));
        if (!*job || !isTerminal((*job)->status)) continue;
        auto settled = co_await parts_.credits.settle(std::move(**job));
        if (!settled) co_return failure(std::move(settled.error()));
    }
    co_return Result<>{};
}

Task<Result<Accepted>> JobService::accept(Caller caller, Job job) {
    if (auto able = checkWithEngine(job); !able) co_return failure(std::move(able.error()));
    auto allowed = co_await checkActiveJobs(caller.user);
    if (!allowed) co_return failure(std::move(allowed.error()));
    if (parts_.backlog != nullptr) {
        auto admitted = co_await parts_.backlog->admit();
        if (!admitted) co_return failure(std::move(admitted.error()));
    }
    const bool affordable = caller.user->credits_left >= job.credits_held;
    auto balance = co_await holdAndQueue(job, affordable && parts_.queue.followsStore());
    if (!balance) co_return failure(std::move(balance.error()));
    if (parts_.accepted) parts_.accepted(job);
    co_return Accepted{std::move(job), *balance};
}

/// Once the credits are held the job exists and will end: the sweeper finds one that is not in the
/// queue.
Task<Result<Balance>> JobService::holdAndQueue(Job job, bool at_once) {
    const auto id = job.id;
    auto adding = parts_.queue.add(id, job.user_id);
    auto accepting = parts_.credits.accept(std::move(job), parts_.max_active_per_user);
    if (at_once) {
        auto done = co_await both(std::move(accepting), std::move(adding));
        // Alone in the queue it does no harm: whoever leases it finds that there is no such job.
        if (!done.first) co_await parts_.queue.remove(id);
        co_return std::move(done.first);
    }
    auto balance = co_await accepting;
    if (balance) co_await adding;
    co_return balance;
}

Task<Result<std::vector<Garment>>> JobService::findGarments(UserId owner,
                                                            std::vector<GarmentId> ids) {
    std::vector<Garment> garments;
    for (const auto id : ids) {
        auto found = co_await parts_.store.findGarment(owner, id);
        if (!found) co_return failure(std::move(found.error()));
        if (!*found)
            co_return failure(ErrorCode::NotFound, "no garment " + id.str() + " in this account");
        garments.push_back(std::move(**found));
    }
    co_return garments;
}

Task<Result<std::string>> JobService::storeClientMask(std::string base64, Size person) {
    auto png = fromBase64(withoutDataPrefix(base64));
    if (!png) co_return failure(ErrorCode::MaskInvalid, "mask is not valid base64");
    auto work = [&imaging = parts_.imaging, mask = share(std::move(*png)), person] {
        return imaging.clientMask(*mask, person);
    };
    auto made = co_await onPool(parts_.image_pool, std::move(work));
    if (!made) co_return failure(std::move(made.error()));
    auto key = co_await parts_.blobs.put(made->mask.bytes, "png");
    co_return key;
}

Task<Result<Accepted>> JobService::submitTryOn(Caller caller, TryOnInput in) {
    auto prompts = co_await parts_.prompts.current(in.domain.value_or("clothing"));
    if (!prompts) co_return failure(std::move(prompts.error()));
    auto request = requestOf(in, *prompts);
    if (request.garment_ids.empty())
        co_return invalidField("/garmentId", "garmentId or garmentIds is required");
    if (in.garment_id && in.garment_ids)
        co_return invalidField("/garmentIds", "send garmentId or garmentIds, not both");

    if (std::set(request.garment_ids.begin(), request.garment_ids.end()).size() <
        request.garment_ids.size())
        co_return invalidField("/garmentIds", "must be a list of garments, none twice");

    auto model = co_await parts_.store.findModel(caller.user->id, in.model_id);
    if (!model) co_return failure(std::move(model.error()));
    if (!*model)
        co_return failure(ErrorCode::NotFound,
                          "no model " + in.model_id.str() + " in this account");
    auto garments = co_await findGarments(caller.user->id, request.garment_ids);
    if (!garments) co_return failure(std::move(garments.error()));
    if (!request.category) request.category = garments->front().category;
    for (const auto& garment : *garments) request.garment_words.push_back(wordsOf(garment));

    auto drafted = draft(caller, JobKind::Tryon, std::move(request));
    if (!drafted) co_return failure(std::move(drafted.error()));
    auto job = co_await withScene(std::move(*drafted));
    if (!job) co_return failure(std::move(job.error()));
    const auto& picture = (*model)->picture;
    job->prompt_version = prompts->version;
    job->provenance.inputs["person"] = picture.key;
    for (std::size_t i = 0; i < garments->size(); ++i)
        job->provenance.inputs[fmt::format("garment{}", i)] = (*garments)[i].picture.key;
    if (in.mask) {
        auto mask = co_await storeClientMask(*in.mask, sizeOf(picture));
        if (!mask) co_return failure(std::move(mask.error()));
        job->request.mask_key = *mask;
    }
    auto accepted = co_await accept(std::move(caller), std::move(*job));
    co_return accepted;
}

Task<Result<Accepted>> JobService::generateModel(Caller caller, GenerateModelInput in) {
    auto prompts = co_await parts_.prompts.current(in.domain.value_or("clothing"));
    if (!prompts) co_return failure(std::move(prompts.error()));
    auto job = draft(caller, JobKind::Model, requestOf(in, *prompts));
    if (!job) co_return failure(std::move(job.error()));
    job->prompt_version = prompts->version;
    if (in.image_prompt) {
        auto picture = co_await parts_.pictures.takeIn(in.image_prompt, parts_.limits);
        if (!picture) co_return failure(std::move(picture.error()));
        job->provenance.inputs["imagePrompt"] = picture->key;
    }
    auto accepted = co_await accept(std::move(caller), std::move(*job));
    co_return accepted;
}

Task<Result<Job>> JobService::find(UserId owner, JobId id, std::optional<JobKind> kind) {
    auto found = co_await parts_.store.findJob(id);
    if (!found) co_return failure(std::move(found.error()));
    if (!*found || (*found)->user_id != owner || (kind && (*found)->kind != *kind))
        co_return failure(ErrorCode::NotFound, "no job " + id.str() + " in this account");
    co_return std::move(**found);
}

Task<Result<Page<Job>>> JobService::list(UserId owner, JobFilter filter, PageRequest page) {
    return parts_.store.listJobs(owner, std::move(filter), std::move(page));
}

Task<Result<std::optional<std::int64_t>>> JobService::queuePosition(Job job) {
    if (job.status != JobStatus::Queued) co_return std::optional<std::int64_t>{};
    auto position = co_await parts_.queue.position(job.id);
    co_return position;
}

Task<Result<Job>> JobService::cancel(UserId owner, JobId id, std::optional<JobKind> kind) {
    for (;;) {
        auto job = co_await find(owner, id, kind);
        if (!job) co_return failure(std::move(job.error()));
        if (isTerminal(job->status))
            co_return failure(ErrorCode::NotCancelable,
                              fmt::format("the job has ended as {}", nameOf(job->status)));
        abandon(*job, JobStatus::Canceled, Error{ErrorCode::Canceled, "canceled by its owner"},
                parts_.clock.now());
        auto version = co_await parts_.store.updateJob(*job);
        if (!version && version.error().code == ErrorCode::Conflict)
            continue;  // it moved on: look again
        if (!version) co_return failure(std::move(version.error()));
        job->version = *version;
        parts_.events.publish(id);
        auto removed = co_await parts_.queue.remove(id);
        auto settled = co_await parts_.credits.settle(*job);
        (void)removed;  // a leased job notices that it has ended
        (void)settled;  // else the reconciler does it
        parts_.events.publish(id);
        co_return std::move(*job);
    }
}

/// The end of a job is news once it is settled. Who settles it may tell nobody, so meanwhile it is
/// looked at again soon.
Task<Millis> JobService::quietFor(UserId owner, JobId id, std::int64_t seq, Millis wait) {
    auto job = co_await find(owner, id);
    if (!job || isOver(*job)) co_return Millis{0};
    if (isTerminal(job->status)) co_return std::min(wait, kUnsettledLook);
    const bool news = !job->events.empty() && job->events.back().seq > seq;
    co_return news ? Millis{0} : wait;
}

Task<> JobService::waitForNews(UserId owner, JobId id, std::int64_t seq, Millis wait,
                               std::stop_token stop) {
    std::stop_source woken;
    const auto subscription =
        parts_.events.subscribe(id, [woken]() mutable { woken.request_stop(); });
    std::stop_callback on_stop{stop, [woken]() mutable { woken.request_stop(); }};
    const auto quiet = co_await quietFor(owner, id, seq, wait);
    // Sleeping with the subscription in place: a change after the read above wakes us at once.
    if (quiet > Millis{0}) co_await parts_.clock.sleep(quiet, woken.get_token());
}

Task<Result<Job>> JobService::waitUntilDone(UserId owner, JobId id, Millis wait,
                                            std::stop_token stop) {
    const auto until = Deadline::after(wait);
    std::int64_t seq = 0;
    for (;;) {
        co_await waitForNews(owner, id, seq, until.left(), stop);
        auto job = co_await find(owner, id);
        if (!job || isOver(*job) || until.expired() || stop.stop_requested()) co_return job;
        seq = job->events.empty() ? 0 : job->events.back().seq;
    }
}

}  // namespace atelier
