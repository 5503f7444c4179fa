#pragma once

#include <optional>
#include <string>

#include <boost/describe.hpp>

namespace atelier {

enum class Gender { Woman, Man, Person };
BOOST_DESCRIBE_ENUM(Gender, Woman, Man, Person)

/// Adults only.
enum class AgeBand { Twenties, Thirties, Forties, Fifties, Sixties, Seventies };
BOOST_DESCRIBE_ENUM(AgeBand, Twenties, Thirties, Forties, Fifties, Sixties, Seventies)

enum class Body { Slim, Athletic, Average, Curvy, PlusSize };
BOOST_DESCRIBE_ENUM(Body, Slim, Athletic, Average, Curvy, PlusSize)

enum class Skin { VeryLight, Light, Medium, Olive, Brown, Dark };
BOOST_DESCRIBE_ENUM(Skin, VeryLight, Light, Medium, Olive, Brown, Dark)

enum class Pose { Standing, Walking, Sitting, Leaning, SideView, BackView };
BOOST_DESCRIBE_ENUM(Pose, Standing, Walking, Sitting, Leaning, SideView, BackView)

enum class Framing { FullBody, ThreeQuarter, HalfBody, Portrait };
BOOST_DESCRIBE_ENUM(Framing, FullBody, ThreeQuarter, HalfBody, Portrait)

/// How a generated person is to look, besides what the prompt says.
struct ModelAttributes {
    std::optional<Gender> gender;
    std::optional<AgeBand> age_band;
    std::optional<Body> body;
    std::optional<Skin> skin;
    std::optional<std::string> hair;  ///< in words: "short grey"
    std::optional<Pose> pose;
    std::optional<Framing> framing;
};
BOOST_DESCRIBE_STRUCT(ModelAttributes, (), (gender, age_band, body, skin, hair, pose, framing))

}  // namespace atelier
