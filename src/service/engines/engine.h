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

/// What an engine works from: the photos of a sample, loaded and decoded by nobody yet.
struct EngineInputs {
    SharedBytes person;  ///< the photo that is worked on; null for jobs without one
    std::vector<GarmentInput> garments;
    SharedBytes mask;          ///< in the person's size; null for engines that need none
    SharedBytes image_prompt;  ///< a picture that says what words do not; null when there is none
    SharedBytes scene;         ///< a preset's picture of the place; null when there is none
    SharedBytes control;       ///< a depth map or a drawn pose; null when there is none
};

/// What has to be sent for each sample, and what `finish` must remember.
struct Prepared {
    std::string endpoint;  ///< provider path
    std::string prompt;
    boost::json::object parameters;              ///< provider's scalars, without seed
    std::map<std::string, EncodedImage> images;  ///< provider's image fields
    boost::json::object geometry;                ///< for `finish`, kept with the job
    bool takes_seed = true;                      ///< false: the endpoint has no such field
    std::vector<std::string> warnings;
};

/// Which region `EngineInputs::mask` marks. White = repaint.
enum class MaskKind {
    None,
    Garment,     ///< what the category covers on the person
    Background,  ///< what is not the person
    Given,       ///< the client's own, without which the engine cannot work
};

/// One way of making a picture with the provider: prepare → request → finish.
/// Engines hold no state; all methods are thread-safe. `prepare` and `finish` are
/// CPU-bound and run on the image pool. `docs/architecture.md` tells how to add one.
class Engine {
  public:
    virtual ~Engine() = default;

    /// As in requests and prices: `fill`, `flux-pro-1.1`.
    virtual std::string_view name() const = 0;
    virtual UsageAction action() const = 0;
    /// Of engines for scenes: what they do to one.
    virtual std::optional<SceneOperation> operation() const { return std::nullopt; }
    /// What has to be in `EngineInputs::mask`. A mask of the client's own takes its place.
    virtual MaskKind mask(const JobRequest&) const { return MaskKind::None; }
    /// Whether it looks at `EngineInputs::scene`; others go by the preset's words.
    virtual bool seesScene() const { return false; }
    /// How its results came to be.
    virtual Origin origin() const = 0;

    /// Whether it can do what is asked, before anything is paid for. Errors: ValidationFailed.
    virtual Result<> check(const Job& job) const = 0;

    /// Errors: ValidationFailed, those of the Imaging port.
    virtual Result<Prepared> prepare(const Job& job, const EngineInputs& inputs,
                                     const PromptConfig& prompts, const Imaging& imaging) const = 0;

    /// Turns the provider's picture into the result; `record` is what `prepare` left.
    /// Errors: ProviderBadAnswer, ProviderMisaligned.
    virtual Result<EncodedImage> finish(const Job& job, const Provenance& record,
                                        const EngineInputs& inputs, BytesView answer,
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

/// Longest side of pictures that are only looked at by the model, in pixels.
inline constexpr int kReferenceEdge = 1024;

/// The format a job's result is stored in; JPEG unless asked otherwise.
ImageFormat resultFormat(const Job& job);

/// Puts into `parameters` what the request or else the domain says. Domains speak of `fill`'s
/// guidance and steps, so that other engines take the request's word only.
void putGuidance(boost::json::object& parameters, const JobRequest& request,
                 const PromptDefaults& defaults);
void putSafety(boost::json::object& parameters, const JobRequest& request,
               const PromptDefaults& defaults, std::int64_t max_safety = 6);
void putFinetune(boost::json::object& parameters, const EngineFields& fields);

/// The whole answer, in the job's format. Errors: ProviderBadAnswer.
Result<EncodedImage> wholeAnswer(const Job& job, BytesView answer, const Imaging& imaging);

}  // namespace atelier
