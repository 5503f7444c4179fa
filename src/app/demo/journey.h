#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "app/demo/api_client.h"

namespace atelier {

struct JourneyInputs {
    SharedBytes person;
    SharedBytes garment;
    std::string category;
    std::string engine;
    std::filesystem::path out;  ///< exists
};

/// The whole journey of a shop's customer, over HTTP: register, upload, mask, try-on,
/// a generated model, credits, contact sheet. Stops at the first failure.
class Journey {
  public:
    /// `print` gets one finished line per step.
    Journey(ApiClient& api, JourneyInputs inputs, std::function<void(const std::string&)> print);

    Result<> run();

  private:
    using StepResult = Result<std::string>;  ///< what the step's line says at its end

    Result<> step(const std::string& name, const std::function<StepResult()>& action);
    StepResult registerUser();
    StepResult uploadPerson();
    StepResult uploadGarment();
    StepResult previewMask();
    StepResult tryOn();
    StepResult changeScene();
    StepResult generateModel();
    StepResult tryOnGenerated();
    StepResult contactSheet();
    StepResult credits();

    Result<boost::json::value> tryOnWith(const std::string& model_id);
    StepResult save(const std::string& name, const std::string& path_or_url);

    ApiClient& api_;
    const JourneyInputs inputs_;
    const std::function<void(const std::string&)> print_;
    int number_ = 0;
    std::string model_id_, garment_id_, generated_id_, job_id_;
};

}  // namespace atelier
