#pragma once

#include <boost/describe.hpp>

#include "domain/prompt.h"
#include "domain/scene.h"
#include "http/views.h"
#include "service/prompts.h"

/// What clients see of what administrators configure.
namespace atelier::http {

struct PromptView {
    std::string domain;
    std::string prompt_text;
    std::optional<std::map<std::string, std::string>> actions;
    std::optional<PromptDefaults> defaults;
    std::int64_t version = 0;
    std::optional<std::string> note;
    std::string author;
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(PromptView, (),
                      (domain, prompt_text, actions, defaults, version, note, author, created_at))
BOOST_DESCRIBE_STRUCT(PageView<PromptView>, (), (items, next_cursor))

struct PreviewView {
    std::string prompt;
    std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(PreviewView, (), (prompt, warnings))

struct SceneView {
    SceneId id;
    std::string name;
    std::string domain;
    std::optional<std::string> prompt;
    std::optional<std::string> url;
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(SceneView, (), (id, name, domain, prompt, url, created_at))
BOOST_DESCRIBE_STRUCT(PageView<SceneView>, (), (items, next_cursor))

PromptView viewOf(const PromptConfig& prompt);
PreviewView viewOf(const RenderedPrompt& prompt);
SceneView viewOf(const Scene& scene, const LinkSigner& links);

}  // namespace atelier::http
