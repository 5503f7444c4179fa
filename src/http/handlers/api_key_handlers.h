#pragma once

#include "http/operation_table.h"
#include "service/auth/api_key_service.h"

namespace atelier::http {

/// /auth/api-keys: credentials for programs. All of it wants an access token.
class ApiKeyHandlers {
  public:
    explicit ApiKeyHandlers(ApiKeyService& keys) : keys_{keys} {}
    void bind(OperationTable& table);

  private:
    Task<Answer> create(CallPtr call);
    Task<Answer> list(CallPtr call);
    Task<Answer> remove(CallPtr call);

    ApiKeyService& keys_;
};

}  // namespace atelier::http
