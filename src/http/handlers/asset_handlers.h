#pragma once

#include "http/operation_table.h"
#include "service/asset_service.h"
#include "service/link_signer.h"
#include "service/url_importer.h"

namespace atelier::http {

/// /models and /garments: photos in and out.
class AssetHandlers {
  public:
    AssetHandlers(AssetService& assets, UrlImporter& importer, const LinkSigner& links)
        : assets_{assets}, importer_{importer}, links_{links} {}
    void bind(OperationTable& table);

  private:
    Task<Answer> uploadModel(CallPtr call);
    Task<Answer> listModels(CallPtr call);
    Task<Answer> getModel(CallPtr call);
    Task<Answer> deleteModel(CallPtr call);
    Task<Answer> previewModelMask(CallPtr call);
    Task<Answer> uploadGarment(CallPtr call);
    Task<Answer> listGarments(CallPtr call);
    Task<Answer> getGarment(CallPtr call);
    Task<Answer> deleteGarment(CallPtr call);

    AssetService& assets_;
    UrlImporter& importer_;
    const LinkSigner& links_;
};

}  // namespace atelier::http
