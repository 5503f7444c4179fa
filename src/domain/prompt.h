#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <boost/describe.hpp>

#include "domain/model_attributes.h"
#include "util/time.h"

namespace atelier {

/// The actions a domain has prompts for. Engines see a try-on differently, so each kind has its
/// own: a diptych is filled (`Tryon`), a person is dressed (`TryonVto`), pictures are combined
/// (`TryonEdit`).
enum class PromptAction { Tryon, TryonVto, TryonEdit, ModelGen, Scene };
BOOST_DESCRIBE_ENUM(PromptAction, Tryon, TryonVto, TryonEdit, ModelGen, Scene)

/// What a domain uses when a request does not say.
struct PromptDefaults {
    std::optional<std::string> engine;  ///< of try-ons
    std::optional<double> guidance;     ///< of `fill`
    std::optional<std::int64_t> steps;  ///< of `fill`
    std::optional<std::int64_t> safety_tolerance;
    std::optional<std::string> output_format;
    std::optional<ModelAttributes> attributes;  ///< of generated people
};
BOOST_DESCRIBE_STRUCT(PromptDefaults, (),
                      (engine, guidance, steps, safety_tolerance, output_format, attributes))

/// One version of a domain's prompts. Complete in itself and never changed: what it does not say
/// is not taken from the version before. `prompt_text` serves every action that `actions` (its keys
/// are the actions' names) does not name, but for those of try-ons that have words of the program.
struct PromptConfig {
    std::string domain;
    std::string prompt_text;
    std::map<std::string, std::string> actions;
    PromptDefaults defaults;
    std::int64_t version = 1;  ///< 1, 2, 3, … in each domain
    std::optional<std::string> note;
    std::string author;  ///< id of the administrator; `atelier` for what came with the program
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(PromptConfig, (),
                      (domain, prompt_text, actions, defaults, version, note, author, created_at))

}  // namespace atelier
