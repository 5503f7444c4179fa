#include "service/auth/access_tokens.h"

#include <jwt.h>

#include <algorithm>
#include <memory>

#include "util/encoding.h"
#include "util/json.h"

namespace atelier {
namespace {

constexpr auto kIssuer = "atelier";
constexpr auto kAudience = "atelier-api";
constexpr std::size_t kLongestToken = 2048;
constexpr std::size_t kCachedTokens = 8192;

struct FreeJwt {
    void operator()(jwt_t* jwt) const { jwt_free(jwt); }
};
using Jwt = std::unique_ptr<jwt_t, FreeJwt>;

const unsigned char* bytesOf(const std::string& key) {
    return reinterpret_cast<const unsigned char*>(key.data());
}

Seconds sinceEpoch(Instant at) {
    return std::chrono::duration_cast<Seconds>(at.time_since_epoch());
}

std::unexpected<Error> refusedToken(std::string cause) {
    return failure(ErrorCode::Unauthenticated, "the access token is not valid", std::move(cause));
}

/// The algorithm a token claims, read before any key is used: libjwt would verify with whichever it
/// names.
bool claimsOurAlgorithm(const std::string& token) {
    const auto header = fromBase64Url(std::string_view{token}.substr(0, token.find('.')));
    const auto read = header ? json::parse(*header) : json::parse("");
    if (!read || !read->is_object()) return false;
    const auto* algorithm = read->get_object().if_contains("alg");
    return algorithm != nullptr && algorithm->is_string() && algorithm->get_string() == "HS256";
}

bool looksLikeToken(const std::string& token) {
    return std::ranges::count(token, '.') == 2 && std::ranges::all_of(token, [](unsigned char c) {
               return (c < 0x80 && std::isalnum(c) != 0) || c == '.' || c == '-' || c == '_';
           });
}

bool says(jwt_t* jwt, const char* grant, std::string_view expected) {
    const char* value = jwt_get_grant(jwt, grant);
    return value != nullptr && value == expected;
}

}  // namespace

AccessTokens::AccessTokens(std::string key, Seconds life, const Clock& clock, IdSource& ids)
    : key_{std::move(key)}, life_{life}, clock_{clock}, ids_{ids}, cache_{kCachedTokens} {}

std::string AccessTokens::issue(const User& user) {
    jwt_t* raw = nullptr;
    if (jwt_new(&raw) != 0) throw std::bad_alloc{};
    const Jwt jwt{raw};
    const auto now = sinceEpoch(clock_.now());
    jwt_add_grant(raw, "iss", kIssuer);
    jwt_add_grant(raw, "aud", kAudience);
    jwt_add_grant(raw, "sub", user.id.str().c_str());
    jwt_add_grant(raw, "jti", ids_.next().str().c_str());
    jwt_add_grant_int(raw, "iat", now.count());
    jwt_add_grant_int(raw, "exp", (now + life_).count());
    jwt_add_grant_int(raw, "epoch", user.session_epoch);
    jwt_set_alg(raw, JWT_ALG_HS256, bytesOf(key_), static_cast<int>(key_.size()));
    const std::unique_ptr<char, decltype(&std::free)> text{jwt_encode_str(raw), &std::free};
    if (!text) throw std::bad_alloc{};
    return text.get();
}

Result<AccessClaims> AccessTokens::verify(const std::string& token) {
    if (token.size() > kLongestToken) return refusedToken("not a JWT");
    const auto digest = sha256(token);
    auto claims = cache_.find(digest);
    if (!claims) {
        auto decoded = decode(token);
        if (!decoded) return decoded;
        claims = *decoded;
        cache_.insert(digest, *claims);
    }
    if (clock_.now() >= claims->expires_at)
        return failure(ErrorCode::TokenExpired, "the access token has expired");
    return *claims;
}

Result<AccessClaims> AccessTokens::decode(const std::string& token) const {
    if (!looksLikeToken(token)) return refusedToken("not a JWT");
    if (!claimsOurAlgorithm(token)) return refusedToken("algorithm is not HS256");
    jwt_t* raw = nullptr;
    if (jwt_decode(&raw, token.c_str(), bytesOf(key_), static_cast<int>(key_.size())) != 0)
        return refusedToken("wrong signature");
    const Jwt jwt{raw};
    if (jwt_get_alg(raw) != JWT_ALG_HS256) return refusedToken("algorithm is not HS256");
    if (!says(raw, "iss", kIssuer) || !says(raw, "aud", kAudience))
        return refusedToken("wrong issuer or audience");
    const char* subject = jwt_get_grant(raw, "sub");
    const auto user = subject == nullptr ? std::nullopt : UserId::parse(subject);
    const auto expires = jwt_get_grant_int(raw, "exp");
    if (!user || expires <= 0) return refusedToken("no subject or expiry");
    return AccessClaims{*user, jwt_get_grant_int(raw, "epoch"), Instant{Seconds{expires}}};
}

}  // namespace atelier
