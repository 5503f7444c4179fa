#pragma once

#include "http/document.h"
#include "http/yaml_json.h"

namespace atelier::http {

/// A document written as YAML in a test.
inline Result<Document> documentFrom(std::string_view yaml) {
    const auto document = yamlToJson(yaml);
    if (!document) return failure(document.error());
    return Document::read(*document);
}

}  // namespace atelier::http
