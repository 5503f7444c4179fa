#include "service/auth/password_hasher.h"

#include <sodium.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "service/on_pool.h"

namespace atelier {
namespace {

constexpr int kNiceness = 10;

/// Of a password nobody knows, with the cost of new hashes.
constexpr auto kNobodysHash =
    "$argon2id$v=19$m=65536,t=2,p=1$fViDwx8/"
    "P3taEaQxGQ5oxA$yi+ZUQRMdxgNrrnofaeWgjnUphRT6vVfV2MW2YF8qXY";

/// Linux keeps a priority per thread (setpriority(2), "C library/kernel differences").
void lowerPriorityOnce() {
    thread_local const bool kLowered =
        setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness) == 0;
    static_cast<void>(kLowered);
}

Result<std::string> hashNow(const std::string& password) {
    lowerPriorityOnce();
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str(out.data(), password.data(), password.size(),
                          crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        return failure(ErrorCode::Internal, "the password could not be hashed", "out of memory");
    }
    return std::string{out.data()};
}

Result<bool> verifyNow(const std::string& hash, const std::string& password) {
    lowerPriorityOnce();
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace

PasswordHasher::PasswordHasher(std::size_t threads, std::size_t max_waiting)
    : pool_{"password", threads, max_waiting} {
    if (sodium_init() < 0) std::abort();  // no source of randomness
}

Task<Result<std::string>> PasswordHasher::hash(std::string password) {
    return onPool(pool_, [password = std::move(password)] { return hashNow(password); });
}

Task<Result<bool>> PasswordHasher::verify(std::string hash, std::string password) {
    return onPool(pool_, [hash = std::move(hash), password = std::move(password)] {
        return verifyNow(hash, password);
    });
}

Task<Result<bool>> PasswordHasher::verifyNothing(std::string password) {
    auto verified = co_await verify(kNobodysHash, std::move(password));
    if (!verified) co_return failure(std::move(verified.error()));
    co_return false;
}

}  // namespace atelier
