#include "app/demo/journey.h"

#include <fstream>

#include <fmt/format.h>

#include "util/encoding.h"
#include "util/time.h"

namespace atelier {
namespace {

constexpr const char* kPrefer = "wait=60";

std::string text(const boost::json::value& object, std::string_view field) {
    const auto* value = object.as_object().if_contains(field);
    return value != nullptr && value->is_string() ? std::string{value->get_string()}
                                                  : std::string{};
}

/// The job's result, or why there is none.
Result<std::string> resultUrl(const boost::json::value& job) {
    if (text(job, "status") == "succeeded") return text(job, "resultUrl");
    const auto* error = job.as_object().if_contains("error");
    return failure(
        ErrorCode::Internal,
        fmt::format("job {} is {}: {}", text(job, "id"), text(job, "status"),
                    error == nullptr ? "no result yet" : boost::json::serialize(*error)));
}

}  // namespace

Journey::Journey(ApiClient& api, JourneyInputs inputs,
                 std::function<void(const std::string&)> print)
    : api_{api}, inputs_{std::move(inputs)}, print_{std::move(print)} {}

Result<> Journey::step(const std::string& name, const std::function<StepResult()>& action) {
    const auto begun = std::chrono::steady_clock::now();
    auto done = action();
    const auto took = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - begun);
    print_(fmt::format("{:>2}. {:<28} {:>6} ms   {}", ++number_, name, took.count(),
                       done ? *done : "FAILED: " + done.error().detail));
    if (!done) return failure(std::move(done.error()));
    return {};
}

Result<> Journey::run() {
    const std::vector<std::pair<std::string, StepResult (Journey::*)()>> steps = {
        {"register", &Journey::registerUser},
        {"upload the person", &Journey::uploadPerson},
        {"upload the garment", &Journey::uploadGarment},
        {"preview the mask", &Journey::previewMask},
        {"try it on", &Journey::tryOn},
        {"contact sheet", &Journey::contactSheet},
        {"change the scene", &Journey::changeScene},
        {"generate a model from text", &Journey::generateModel},
        {"try it on the new model", &Journey::tryOnGenerated},
        {"credits", &Journey::credits},
    };
    for (const auto& [name, method] : steps) {
        auto done = step(name, [this, call = method] { return (this->*call)(); });
        if (!done) return done;
    }
    return {};
}

Journey::StepResult Journey::save(const std::string& name, const std::string& path_or_url) {
    auto bytes = api_.fetch(path_or_url);
    if (!bytes) return failure(std::move(bytes.error()));
    const auto extension = bytes->starts_with("\x89PNG") ? ".png"
                           : bytes->starts_with("RIFF")  ? ".webp"
                                                         : ".jpg";
    const auto path = inputs_.out / (name + extension);
    std::ofstream file{path, std::ios::binary};
    file << *bytes;
    if (!file.flush()) return failure(ErrorCode::NotReady, "cannot write " + path.string());
    return path.string();
}

Journey::StepResult Journey::registerUser() {
    auto email = "demo-" + toHex(randomBytes(4)) + "@example.com";
    auto session =
        api_.post("/auth/register", {{"email", email}, {"password", toBase64Url(randomBytes(18))}});
    if (!session) return failure(std::move(session.error()));
    api_.authenticate(text(*session, "accessToken"));
    return email;
}

Journey::StepResult Journey::uploadPerson() {
    auto model = api_.post("/models/upload",
                           {{"imageBase64", toBase64(*inputs_.person)}, {"name", "demo person"}});
    if (!model) return failure(std::move(model.error()));
    model_id_ = text(*model, "id");
    return save("person", text(*model, "url"));
}

Journey::StepResult Journey::uploadGarment() {
    auto garment = api_.post("/garments/upload", {{"imageBase64", toBase64(*inputs_.garment)},
                                                  {"category", inputs_.category},
                                                  {"name", "demo garment"}});
    if (!garment) return failure(std::move(garment.error()));
    garment_id_ = text(*garment, "id");
    return save("garment", text(*garment, "url"));
}

Journey::StepResult Journey::previewMask() {
    return save("mask", fmt::format("/models/{}/mask?category={}", model_id_, inputs_.category));
}

Result<boost::json::value> Journey::tryOnWith(const std::string& model_id) {
    return api_.post("/tryon",
                     {{"modelId", model_id},
                      {"garmentId", garment_id_},
                      {"category", inputs_.category},
                      {"engine", inputs_.engine},
                      {"seed", 7}},
                     kPrefer);
}

Journey::StepResult Journey::tryOn() {
    auto job = tryOnWith(model_id_);
    if (!job) return failure(std::move(job.error()));
    job_id_ = text(*job, "id");
    auto url = resultUrl(*job);
    if (!url) return failure(std::move(url.error()));
    return save("result", *url);
}

Journey::StepResult Journey::contactSheet() {
    return save("contact-sheet", fmt::format("/jobs/{}/sheet", job_id_));
}

Journey::StepResult Journey::changeScene() {
    auto job = api_.post(
        "/scene/change",
        {{"jobId", job_id_}, {"prompt", "a sunny beach with palm trees"}, {"seed", 7}}, kPrefer);
    if (!job) return failure(std::move(job.error()));
    auto url = resultUrl(*job);
    if (!url) return failure(std::move(url.error()));
    return save("scene", *url);
}

Journey::StepResult Journey::generateModel() {
    auto job = api_.post(
        "/models/generate",
        {{"prompt", "a woman in a plain white t-shirt and blue jeans"}, {"seed", 11}}, kPrefer);
    if (!job) return failure(std::move(job.error()));
    auto url = resultUrl(*job);
    if (!url) return failure(std::move(url.error()));
    generated_id_ = text(*job, "resultModelId");
    return save("generated-model", *url);
}

Journey::StepResult Journey::tryOnGenerated() {
    auto job = tryOnWith(generated_id_);
    if (!job) return failure(std::move(job.error()));
    auto url = resultUrl(*job);
    if (!url) return failure(std::move(url.error()));
    return save("generated-result", *url);
}

Journey::StepResult Journey::credits() {
    auto balance = api_.get("/credits/balance");
    if (!balance) return failure(std::move(balance.error()));
    return boost::json::serialize(*balance);
}

}  // namespace atelier
