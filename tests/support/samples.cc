#include "support/samples.h"

#include "util/encoding.h"

namespace atelier::test {
namespace {

Picture somePicture(const std::string& name) {
    const auto hash = sha256Hex(name);
    return {hash + ".jpg", sha256Hex(name + " small") + ".jpg", 768, 1024, "image/jpeg", 4'711,
            hash};
}

}  // namespace

User someUser(SeqIds& ids, Credits credits) {
    User user;
    user.id = ids.make<UserId>();
    user.email = user.id.str() + "@example.org";
    user.hash = "$argon2id$v=19$…";
    user.credits_left = credits;
    user.created_at = kNow;
    return user;
}

Job someJob(SeqIds& ids, UserId owner) {
    Job job;
    job.id = ids.make<JobId>();
    job.user_id = owner;
    job.request.engine = "fill";
    job.request.category = Category::UpperBody;
    job.samples.push_back({});
    job.price_per_sample = 5;
    job.credits_held = 5;
    job.request_id = "request-1";
    job.created_at = kNow;
    job.events.push_back({1, JobStatus::Queued, std::nullopt, kNow});
    return job;
}

Model someModel(SeqIds& ids, UserId owner) {
    Model model;
    model.id = ids.make<ModelId>();
    model.user_id = owner;
    model.picture = somePicture(model.id.str());
    model.metadata = {{"height", "180"}};
    model.created_at = kNow;
    return model;
}

Garment someGarment(SeqIds& ids, UserId owner) {
    Garment garment;
    garment.id = ids.make<GarmentId>();
    garment.user_id = owner;
    garment.name = "red shirt";
    garment.picture = somePicture(garment.id.str());
    garment.created_at = kNow;
    return garment;
}

Scene someScene(SeqIds& ids) {
    Scene scene;
    scene.id = ids.make<SceneId>();
    scene.name = "scene " + scene.id.str();
    scene.domain = "clothing";
    scene.prompt = "a beach at sunset";
    scene.picture = somePicture(scene.id.str());
    scene.created_at = kNow;
    return scene;
}

UsageLog someUsage(SeqIds& ids, UserId owner, UsageKind kind, Credits credits) {
    UsageLog line;
    line.id = ids.make<UsageId>();
    line.user_id = owner;
    line.kind = kind;
    line.action = kind == UsageKind::Grant ? UsageAction::Grant : UsageAction::Tryon;
    line.credits_used = credits;
    if (kind != UsageKind::Grant) line.job_id = ids.make<JobId>();
    line.timestamp = kNow;
    return line;
}

}  // namespace atelier::test
