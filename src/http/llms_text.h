#pragma once

#include <string>
#include <string_view>

namespace atelier::http {

/// /llms.txt: what a language model needs to use the API, made from the OpenAPI document `json`, so
/// that both always agree. Markdown as llmstxt.org describes.
std::string llmsText(std::string_view json);

}  // namespace atelier::http
