#include <algorithm>

#include <fmt/format.h>

#include "service/job_service.h"
#include "util/names.h"

namespace atelier {
namespace {

std::string_view usualEngine(SceneOperation operation, bool control) {
    switch (operation) {
        case SceneOperation::Replace:
            return "fill";
        case SceneOperation::Edit:
            return control ? "flux-2-pro" : "kontext-pro";
        case SceneOperation::Generate:
            return "flux-pro-1.1";
        case SceneOperation::Erase:
            return "erase";
        case SceneOperation::Outpaint:
            return "outpaint";
        case SceneOperation::Deblur:
            return "deblur";
    }
    return "fill";
}

int countSources(const ChangeSceneInput& in) {
    // An address that was not fetched came beside a picture.
    return in.image_url.has_value() + in.model_id.has_value() + in.job_id.has_value() +
           (in.image != nullptr);
}

/// What `auto` means: a place behind a person is replaced, other pictures are edited as a whole.
SceneOperation usualOperation(const ChangeSceneInput& in, const JobRequest& request) {
    if (countSources(in) == 0) return SceneOperation::Generate;
    if (in.control) return SceneOperation::Edit;
    return request.domain == "clothing" ? SceneOperation::Replace : SceneOperation::Edit;
}

Result<> checkWords(const ChangeSceneInput& in, SceneOperation operation) {
    using enum SceneOperation;
    const bool needed = operation == Replace || operation == Edit || operation == Generate;
    if (needed && !in.prompt && !in.scene_id)
        return invalidField("/prompt", "is needed: the scene in words, or a preset's sceneId");
    return {};
}

Result<> checkSourceCount(const ChangeSceneInput& in, SceneOperation operation) {
    const int sources = countSources(in);
    if (sources > 1)
        return invalidField("/modelId", "give one source: modelId, jobId, imageUrl or imageBase64");
    if (operation == SceneOperation::Generate && sources == 1)
        return invalidField(
            "/operation",
            "generate makes a picture from words alone; leave the source out, or edit it");
    if (operation != SceneOperation::Generate && sources == 0)
        return invalidField(
            "/modelId", fmt::format("{} needs a source: modelId, jobId, imageUrl or imageBase64",
                                    nameOf(operation)));
    return {};
}

/// Edges are drawn here; a depth map or a pose comes along.
Result<> checkControl(const ChangeSceneInput& in) {
    const bool drawn_here = in.control && in.control->type == ControlType::Canny;
    if (in.control && !drawn_here && !in.control_image)
        return invalidField("/controlImage",
                            fmt::format("is needed for control by {}", nameOf(in.control->type)));
    if (in.control_image && (!in.control || drawn_here))
        return invalidField("/controlImage",
                            "says nothing without control of the type depth or pose");
    return {};
}

}  // namespace

std::string sceneEngineAfterTryOn(const std::string& domain) {
    return domain == "clothing" ? "fill" : "kontext-pro";
}

Result<> JobService::chooseEngine(const ChangeSceneInput& in, JobRequest& request) const {
    const auto* named = in.engine ? parts_.engines.find(UsageAction::Scene, *in.engine) : nullptr;
    auto operation = in.operation ? fromName<SceneOperation>(*in.operation) : std::nullopt;
    if (!operation && named != nullptr) operation = named->operation();
    request.operation = operation ? *operation : usualOperation(in, request);
    request.engine =
        in.engine.value_or(std::string{usualEngine(*request.operation, in.control.has_value())});
    if (named != nullptr && named->operation() != request.operation)
        return invalidField("/engine", fmt::format("engine {} does not {}", request.engine,
                                                   nameOf(*request.operation)));
    if (auto fits = checkControl(in); !fits) return fits;
    if (auto fits = checkSourceCount(in, *request.operation); !fits) return fits;
    return checkWords(in, *request.operation);
}

Task<Result<Job>> JobService::withScene(Job job) {
    auto& request = job.request;
    if (!request.scene_id) co_return job;
    auto scene = co_await parts_.store.findScene(*request.scene_id);
    if (!scene) co_return failure(std::move(scene.error()));
    if (!*scene)
        co_return failure(ErrorCode::NotFound, "there is no scene " + request.scene_id->str());
    if ((*scene)->domain != request.domain)
        co_return invalidField(job.kind == JobKind::Tryon ? "/scene" : "/sceneId",
                               fmt::format("is a scene of the domain {}", (*scene)->domain));
    request.scene = (*scene)->description();
    if ((*scene)->picture) job.provenance.inputs["scene"] = (*scene)->picture->key;
    co_return job;
}

Task<Result<JobService::SceneSource>> JobService::resultOf(UserId owner, JobId id) {
    auto job = co_await find(owner, id);
    if (!job) co_return failure(std::move(job.error()));
    std::string original;
    const auto photo = job->provenance.inputs.find("person");
    if (job->kind == JobKind::Tryon && !job->request.scene_engine &&
        photo != job->provenance.inputs.end())
        original = photo->second;
    for (const auto& sample : job->samples) {
        if (sample.status == SampleStatus::Succeeded && sample.result)
            co_return SceneSource{*sample.result, original};
    }
    co_return invalidField(
        "/jobId", fmt::format("job {} has no result: it is {}", id.str(), nameOf(job->status)));
}

Task<Result<JobService::SceneSource>> JobService::sourceOf(UserId owner, ChangeSceneInput in) {
    if (in.image) {
        auto taken = co_await parts_.pictures.takeIn(in.image, parts_.limits);
        if (!taken) co_return failure(std::move(taken.error()));
        co_return SceneSource{std::move(*taken), {}};
    }
    if (in.job_id) {
        auto result = co_await resultOf(owner, *in.job_id);
        co_return result;
    }
    auto model = co_await parts_.store.findModel(owner, *in.model_id);
    if (!model) co_return failure(std::move(model.error()));
    if (!*model)
        co_return failure(ErrorCode::NotFound,
                          "no model " + in.model_id->str() + " in this account");
    co_return SceneSource{(*model)->picture, {}};
}

Task<Result<Accepted>> JobService::changeScene(Caller caller, ChangeSceneInput in) {
    auto prompts = co_await parts_.prompts.current(in.domain.value_or("clothing"));
    if (!prompts) co_return failure(std::move(prompts.error()));
    auto request = requestOf(in, *prompts);
    if (auto chosen = chooseEngine(in, request); !chosen)
        co_return failure(std::move(chosen.error()));
    auto drafted = draft(caller, JobKind::Scene, std::move(request));
    if (!drafted) co_return failure(std::move(drafted.error()));
    auto job = co_await withScene(std::move(*drafted));
    if (!job) co_return failure(std::move(job.error()));
    job->prompt_version = prompts->version;
    const auto control_image = std::move(in.control_image);
    if (countSources(in) == 1) {
        const auto mask = std::move(in.mask);
        auto source = co_await sourceOf(caller.user->id, std::move(in));
        if (!source) co_return failure(std::move(source.error()));
        job->provenance.inputs["person"] = source->picture.key;
        if (!source->original_key.empty())
            job->provenance.inputs["original"] = source->original_key;
        if (mask) {
            auto stored = co_await storeClientMask(*mask, sizeOf(source->picture));
            if (!stored) co_return failure(std::move(stored.error()));
            job->request.mask_key = *stored;
        }
    } else if (in.mask) {
        co_return invalidField("/mask", "says nothing without a source");
    }
    if (control_image) {
        auto guide = co_await parts_.pictures.takeIn(control_image, parts_.limits);
        if (!guide) {
            // There may be two pictures in the request.
            guide.error().fields = {{"/controlImage", guide.error().detail}};
            co_return failure(std::move(guide.error()));
        }
        job->provenance.inputs["control"] = guide->key;
    }
    auto accepted = co_await accept(std::move(caller), std::move(*job));
    co_return accepted;
}

}  // namespace atelier
