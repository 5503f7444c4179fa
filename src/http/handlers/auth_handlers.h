#pragma once

#include "http/operation_table.h"
#include "service/auth/account_service.h"
#include "service/auth/auth_service.h"
#include "service/auth/session_service.h"

namespace atelier::http {

/// /auth: accounts and tokens. What changes how one signs in (password, keys) wants an access
/// token: an API key that leaked must not make others nor lock its owner out.
class AuthHandlers {
  public:
    AuthHandlers(AuthService& auth, AccountService& accounts, SessionService& sessions)
        : auth_{auth}, accounts_{accounts}, sessions_{sessions} {}
    void bind(OperationTable& table);

  private:
    Task<Answer> registerUser(CallPtr call);
    Task<Answer> login(CallPtr call);
    Task<Answer> refresh(CallPtr call);
    Task<Answer> logout(CallPtr call);
    Task<Answer> getMe(CallPtr call);
    Task<Answer> deleteMe(CallPtr call);
    Task<Answer> changePassword(CallPtr call);

    AuthService& auth_;
    AccountService& accounts_;
    SessionService& sessions_;
};

}  // namespace atelier::http
