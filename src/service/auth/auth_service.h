#pragma once

#include <string>

#include "config/settings.h"
#include "service/auth/account_service.h"
#include "service/auth/api_key_service.h"
#include "service/auth/principal.h"

namespace atelier {

/// Who is this? Thread-safe.
class AuthService {
  public:
    struct Parts {
        UserStore& users;
        AccountService& accounts;
        SessionService& sessions;
        ApiKeyService& keys;
        AccessTokens& tokens;
        PasswordHasher& hasher;
        AttemptLimiter& limiter;
        Metrics& metrics;
        Registration registration = Registration::Open;
        Credits signup_credits = 0;
        AttemptLimiter* registrations = nullptr;  ///< absent: any number from an address
    };
    explicit AuthService(Parts parts) : parts_{parts} {}

    /// Makes an account with the sign-up credits and opens its first session. `address` is the
    /// client's, for throttling. Errors: RegistrationClosed, ValidationFailed, PasswordTooCommon,
    /// EmailTaken, RateLimited with retry_after, NotReady.
    Task<Result<Session>> registerUser(std::string email, std::string password,
                                       std::string address);

    /// `address`: as above. An unknown e-mail and a wrong password are
    /// answered alike and after the same time. Errors: InvalidCredentials, Forbidden (disabled),
    /// RateLimited with retry_after, NotReady with retry_after (too many logins at a time).
    Task<Result<Session>> login(std::string email, std::string password, std::string address);

    /// Who sent `bearer` (what follows "Bearer " in the Authorization header), an access token or
    /// an API key. Errors: Unauthenticated, TokenExpired, Forbidden (disabled), NotReady.
    Task<Result<Principal>> authenticate(std::string bearer);

  private:
    Task<Result<User>> createThrottled(NewAccount account, std::string address);
    Task<Result<>> takeAttempt(std::string account, std::string address);
    Task<Result<>> noteFailedAttempt(std::string account, std::string address);
    Task<Result<>> giveBackAttempt(std::string account, std::string address);
    /// Whose e-mail and password these are; empty: nobody's.
    Task<Result<std::optional<User>>> recognizeUser(std::optional<std::string> email,
                                                    std::string password);
    Task<Result<bool>> verifyPassword(std::optional<User> user, std::string password);
    Task<Result<Principal>> authenticateKey(std::string secret);

    Parts parts_;
};

}  // namespace atelier
