#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "domain/job.h"
#include "ports/imaging.h"
#include "service/prompts.h"

namespace atelier {

/// A garment as an engine sees it.
struct GarmentInput {
    SharedBytes image;
    Category category = Category::UpperBody;
    std::string description;  ///< name and description, may be empty
};

/// What an engine works from: the photos of the job, loaded and decoded by nobody yet.
struct EngineInputs {
    SharedBytes person;  ///< null for jobs without a source photo
    Size person_size;
    std::vector<GarmentInput> garments;
    SharedBytes mask;  ///< in the person's size; null for engines that need none
};

/// What has to be sent for each sample, and what `finish` must remember.
struct Prepared {
    std::string endpoint;                       ///< provider path
    std::string prompt;
    boost::json::object parameters;             ///< provider's scalars, without seed
    std::map<std::string, EncodedImage> images;  ///< provider's image fields
    boost::json::object geometry;               ///< for `finish`, kept with the job
    std::vector<std::string> warnings;
};

/// One way of making a picture with the provider: prepare → request → finish.
/// Engines hold no state; all methods are thread-safe. `prepare` and `finish` are
/// CPU-bound and run on the image pool.
class Engine {
  public:
    virtual ~Engine() = default;

    /// As in requests and prices: `fill`, `flux-pro-1.1`.
    virtual std::string_view name() const = 0;
    virtual UsageAction action() const = 0;
    /// True when `EngineInputs::mask` must be there.
    virtual bool needsMask() const = 0;

    /// Errors: ValidationFailed, those of the Imaging port.
    virtual Result<Prepared> prepare(const Job& job, const EngineInputs& inputs, const PromptConfig& prompts,
                                     const Imaging& imaging) const = 0;

    /// Turns the provider's picture into the result. Errors: ProviderBadAnswer, ProviderMisaligned.
    virtual Result<EncodedImage> finish(const Job& job, const EngineInputs& inputs, BytesView answer,
                                        const Imaging& imaging) const = 0;
};

/// All engines there are, found by action and name.
class EngineRegistry {
  public:
    /// The built-in engines.
    EngineRegistry();
    /// Null when there is none.
    const Engine* find(UsageAction action, std::string_view name) const;

  private:
    std::vector<std::unique_ptr<Engine>> engines_;
};

/// The format a job's result is stored in; JPEG unless asked otherwise.
ImageFormat resultFormat(const Job& job);

/// Puts into `parameters` what the request or else the domain says, where the provider has the field.
void putGuidance(boost::json::object& parameters, const JobRequest& request, const PromptDefaults& defaults);
void putSafety(boost::json::object& parameters, const JobRequest& request, const PromptDefaults& defaults);

}  // namespace atelier
