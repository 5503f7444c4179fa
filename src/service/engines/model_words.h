#pragma once

#include <string>

#include "domain/model_attributes.h"

namespace atelier {

/// `attributes`, and what it leaves open from `defaults`.
ModelAttributes withDefaults(ModelAttributes attributes, const ModelAttributes& defaults);

/// "woman in her thirties, athletic build, olive skin, short grey hair"; empty when nothing is
/// said.
std::string spokenLooks(const ModelAttributes& attributes);

/// "Sitting, facing the camera. Half-length photograph, from head to hips."; empty when nothing is
/// said.
std::string spokenPose(const ModelAttributes& attributes);

}  // namespace atelier
