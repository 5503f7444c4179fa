#pragma once

#include "http/operation_table.h"
#include "service/link_signer.h"
#include "service/scene_service.h"
#include "service/url_importer.h"

namespace atelier::http {

/// /scenes: presets.
class SceneHandlers {
  public:
    SceneHandlers(SceneService& scenes, UrlImporter& importer, const LinkSigner& links)
        : scenes_{scenes}, importer_{importer}, links_{links} {}
    void bind(OperationTable& table);

  private:
    Task<Answer> list(CallPtr call);
    Task<Answer> create(CallPtr call);
    Task<Answer> get(CallPtr call);
    Task<Answer> remove(CallPtr call);

    SceneService& scenes_;
    UrlImporter& importer_;
    const LinkSigner& links_;
};

}  // namespace atelier::http
