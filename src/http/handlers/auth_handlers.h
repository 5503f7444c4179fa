#pragma once

#include "http/operation_table.h"
#include "service/auth/auth_service.h"

namespace atelier::http {

/// /auth: accounts and tokens.
class AuthHandlers {
  public:
    explicit AuthHandlers(AuthService& auth) : auth_{auth} {}
    void bind(OperationTable& table);

  private:
    Task<Answer> registerUser(CallPtr call);
    Task<Answer> login(CallPtr call);
    Task<Answer> getMe(CallPtr call);

    AuthService& auth_;
};

}  // namespace atelier::http
