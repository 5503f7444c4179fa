#include "service/engines/model_words.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "util/join.h"
#include "util/json.h"
#include "util/names.h"

namespace atelier {
namespace {

/// `plus_size` → "plus size".
std::string inWords(DescribedEnum auto value) {
    std::string words{nameOf(value)};
    std::ranges::replace(words, '_', ' ');
    return words;
}

std::string_view possessive(Gender gender) {
    switch (gender) {
        case Gender::Woman:
            return "her";
        case Gender::Man:
            return "his";
        case Gender::Person:
            return "their";
    }
    return "their";
}

std::string_view spoken(Pose pose) {
    switch (pose) {
        case Pose::Standing:
            return "Standing, facing the camera, arms relaxed.";
        case Pose::Walking:
            return "Walking towards the camera, arms free of the body.";
        case Pose::Sitting:
            return "Sitting on a plain stool, facing the camera.";
        case Pose::Leaning:
            return "Leaning against a wall, facing the camera.";
        case Pose::SideView:
            return "Standing in profile, seen from the side.";
        case Pose::BackView:
            return "Standing, seen from behind.";
    }
    return "";
}

std::string_view spoken(Framing framing) {
    switch (framing) {
        case Framing::FullBody:
            return "Full-length photograph, whole body in frame.";
        case Framing::ThreeQuarter:
            return "Three-quarter-length photograph, from head to knees.";
        case Framing::HalfBody:
            return "Half-length photograph, from head to hips.";
        case Framing::Portrait:
            return "Portrait photograph, head and shoulders.";
    }
    return "";
}

}  // namespace

ModelAttributes withDefaults(ModelAttributes attributes, const ModelAttributes& defaults) {
    boost::mp11::mp_for_each<json::Members<ModelAttributes>>([&](auto d) {
        auto& field = attributes.*d.pointer;
        if (!field) field = defaults.*d.pointer;
    });
    return attributes;
}

std::string spokenLooks(const ModelAttributes& attributes) {
    std::vector<std::string> words;
    const auto gender = attributes.gender.value_or(Gender::Person);
    if (attributes.age_band)
        words.push_back(fmt::format("{} in {} {}", inWords(gender), possessive(gender),
                                    inWords(*attributes.age_band)));
    else if (attributes.gender)
        words.push_back(inWords(gender));
    if (attributes.body) words.push_back(inWords(*attributes.body) + " build");
    if (attributes.skin) words.push_back(inWords(*attributes.skin) + " skin");
    if (attributes.hair) words.push_back(*attributes.hair + " hair");
    return join(words, ", ");
}

std::string spokenPose(const ModelAttributes& attributes) {
    std::vector<std::string> words;
    if (attributes.pose) words.emplace_back(spoken(*attributes.pose));
    if (attributes.framing) words.emplace_back(spoken(*attributes.framing));
    return join(words, " ");
}

}  // namespace atelier
