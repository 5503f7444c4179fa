#pragma once

#include "service/engines/engine.h"

/// What engines share that make the whole picture of a person anew.
namespace atelier {

/// The provider's sweet spot of speed, quality and price, and the sides it does not crop.
/// Source: bfl-api.md §5.
inline constexpr std::int64_t kMegapixel = 1'048'576;
inline constexpr int kGrid = 16;

/// Garment where `preserve` wants the photo's own pixels outside it.
MaskKind maskToPreserve(const JobRequest& request);
/// Errors: ValidationFailed (a mask without `preserve` would be ignored).
Result<> checkMaskHasUse(const JobRequest& request);

/// Where the garments are: each in a picture of its own after the person's, or on one board.
enum class Laid { OneByOne, OnBoard };

/// {{garment}} names every piece and where it is: "the top (red linen shirt) of image 2".
PromptVariables dressingVariables(const Job& job, const EngineInputs& inputs, Laid laid);
/// The garments with the labels that the prompt speaks of.
std::vector<std::pair<std::string, SharedBytes>> labelled(const Job& job,
                                                          const EngineInputs& inputs);

boost::json::object geometryOf(Size sent);
/// The size that `geometryOf` kept. Errors: Internal.
Result<Size> sentSize(const Provenance& record);

/// The answer in the photo's size; with a mask only what lies in it, pasted over the photo.
/// Errors: ProviderBadAnswer, ProviderMisaligned.
Result<EncodedImage> backInPhoto(const Job& job, const Provenance& record,
                                 const EngineInputs& inputs, BytesView answer,
                                 const Imaging& imaging);

}  // namespace atelier
