#pragma once

#include <filesystem>

#include "http/document.h"
#include "http/operation_table.h"

namespace atelier::http {

/// The document for programs and for people.
class DocsHandlers {
  public:
    /// `share_dir` holds swagger-ui-dist/, the files of the npm package of that name.
    DocsHandlers(const Document& document, std::filesystem::path share_dir);
    void bind(OperationTable& table);

  private:
    Task<Answer> getOpenApi(CallPtr call);
    Task<Answer> getDocs(CallPtr call);
    Task<Answer> getDocsAsset(CallPtr call);
    Task<Answer> getLlmsText(CallPtr call);

    const Document& document_;
    const std::filesystem::path package_dir_;
    const std::string etag_;
    const std::string llms_text_;
};

}  // namespace atelier::http
