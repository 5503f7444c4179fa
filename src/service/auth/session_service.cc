#include "service/auth/session_service.h"

#include <fmt/format.h>

#include "telemetry/log.h"
#include "util/encoding.h"

namespace atelier {
namespace {

constexpr std::string_view kPrefix = "atr_";
constexpr std::size_t kNonceBytes = 16;
constexpr std::size_t kSealBytes = 16;
constexpr int kSweepBatch = 500;

std::optional<SessionId> sessionOf(std::string_view token) {
    if (!token.starts_with(kPrefix)) return std::nullopt;
    token.remove_prefix(kPrefix.size());
    return SessionId::parse(token.substr(0, token.find('.')));
}

std::unexpected<Error> refusedSession(std::string cause) {
    return failure(ErrorCode::Unauthenticated, "the refresh token is not valid: log in again",
                   std::move(cause));
}

}  // namespace

SessionService::SessionService(Parts parts)
    : parts_{std::move(parts)}, key_{hmacSha256(parts_.secret, "atelier refresh tokens")} {}

std::string SessionService::tokenFrom(SessionId id, const Bytes& nonce) const {
    const auto seal = hmacSha256(key_, id.str() + "\n" + nonce).substr(0, kSealBytes);
    return fmt::format("{}{}.{}", kPrefix, id.str(), toBase64Url(nonce + seal));
}

std::string SessionService::makeToken(SessionId id) const {
    return tokenFrom(id, randomBytes(kNonceBytes));
}

bool SessionService::isOf(const LoginSession& session, const std::string& token) const {
    if (equalInConstantTime(sha256Hex(token), session.token_hash)) return true;
    // Tokens had no seal when sessions had no epoch: any may have been one of such a session.
    if (!session.epoch) return true;
    const auto secret = fromBase64Url(std::string_view{token}.substr(token.find('.') + 1));
    if (!secret || secret->size() != kNonceBytes + kSealBytes) return false;
    return equalInConstantTime(tokenFrom(session.id, secret->substr(0, kNonceBytes)), token);
}

Session SessionService::hand(User user, std::string refresh_token) {
    auto access_token = parts_.tokens.issue(user);
    return {std::move(user), std::move(access_token), parts_.tokens.life(),
            std::move(refresh_token)};
}

Task<Result<Session>> SessionService::open(User user) {
    const auto now = parts_.clock.now();
    LoginSession session;
    session.id = parts_.ids.make<SessionId>();
    session.user_id = user.id;
    auto token = makeToken(session.id);
    session.token_hash = sha256Hex(token);
    session.epoch = user.session_epoch;
    session.created_at = now;
    session.refreshed_at = now;
    session.expires_at = now + parts_.refresh_life;
    const auto stored = co_await parts_.sessions.insertSession(session);
    if (!stored) co_return failure(stored.error());
    co_return hand(std::move(user), std::move(token));
}

Task<Result<Session>> SessionService::refresh(std::string refresh_token) {
    const auto id = sessionOf(refresh_token);
    if (!id) co_return refusedSession("malformed");
    auto found = co_await parts_.sessions.findSession(*id);
    if (!found) co_return failure(found.error());
    if (!*found) co_return refusedSession("no such session");
    auto session = std::move(**found);
    auto shown_hash = sha256Hex(refresh_token);
    if (!isOf(session, refresh_token)) co_return refusedSession("never issued");
    if (!equalInConstantTime(shown_hash, session.token_hash)) {
        auto ended = co_await endReused(session);
        co_return ended;
    }
    const auto now = parts_.clock.now();
    if (now >= session.expires_at)
        co_return failure(ErrorCode::TokenExpired, "the session has expired: log in again");
    auto user = co_await parts_.users.findUser(session.user_id);
    if (!user) co_return failure(user.error());
    if (!*user || (*user)->disabled) co_return refusedSession("no such account");
    if (session.epoch && *session.epoch != (*user)->session_epoch) {
        const auto removed = co_await parts_.sessions.removeSession(session.id);
        if (!removed) co_return failure(removed.error());
        co_return refusedSession("ended session");
    }
    auto token = makeToken(session.id);
    session.token_hash = sha256Hex(token);
    session.refreshed_at = now;
    session.expires_at = now + parts_.refresh_life;
    const auto replaced = co_await parts_.sessions.replaceSession(session, shown_hash);
    if (!replaced) co_return failure(replaced.error());
    if (!*replaced) {
        auto ended = co_await endReused(session);
        co_return ended;
    }
    co_return hand(std::move(**user), std::move(token));
}

Task<Result<Session>> SessionService::endReused(LoginSession session) {
    log::warn("a replaced refresh token was shown; its session is ended",
              {{"userId", session.user_id}, {"sessionId", session.id}});
    const auto removed = co_await parts_.sessions.removeSession(session.id);
    if (!removed) co_return failure(removed.error());
    co_return refusedSession("replaced token");
}

Task<Result<>> SessionService::logout(std::string refresh_token) {
    const auto id = sessionOf(refresh_token);
    if (!id) co_return Result<>{};
    const auto found = co_await parts_.sessions.findSession(*id);
    if (!found) co_return failure(found.error());
    if (!*found || !isOf(**found, refresh_token)) co_return Result<>{};
    const auto removed = co_await parts_.sessions.removeSession(*id);
    if (!removed) co_return failure(removed.error());
    co_return Result<>{};
}

Task<Result<>> SessionService::endAll(UserId user) {
    const auto removed = co_await parts_.sessions.removeSessions(user);
    if (!removed) co_return failure(removed.error());
    co_return Result<>{};
}

Task<Result<int>> SessionService::sweep() {
    const auto now = parts_.clock.now();
    int total = 0;
    for (;;) {
        const auto removed = co_await parts_.sessions.removeExpiredSessions(now, kSweepBatch);
        if (!removed) co_return failure(removed.error());
        total += *removed;
        if (*removed < kSweepBatch) co_return total;
    }
}

}  // namespace atelier
