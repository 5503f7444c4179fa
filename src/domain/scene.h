#pragma once

#include <optional>
#include <string>

#include <boost/describe.hpp>

#include "domain/asset.h"
#include "domain/ids.h"
#include "util/time.h"

namespace atelier {

/// A setting that administrators prepared for a domain and that requests name by its id.
struct Scene {
    SceneId id;
    std::string name;  ///< unique within the domain
    std::string domain;
    std::optional<std::string> prompt;  ///< describes the setting
    std::optional<Picture> picture;     ///< shows the setting
    Instant created_at{};

    /// What a prompt calls the setting.
    const std::string& description() const { return prompt ? *prompt : name; }
};
BOOST_DESCRIBE_STRUCT(Scene, (), (id, name, domain, prompt, picture, created_at))

}  // namespace atelier
