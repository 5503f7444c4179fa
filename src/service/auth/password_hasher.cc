#include "service/auth/password_hasher.h"

#include <sodium.h>

#include <array>
#include <cstdlib>

#include "service/on_pool.h"

namespace atelier {
namespace {

// Source: OWASP Password Storage Cheat Sheet, Argon2id: "19 MiB of memory, an iteration count of 2,
// and 1 degree of parallelism". More memory at fewer passes is no stronger there, and the kernel
// is busy, and nobody can run, while it hands the memory out.
constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemory = std::size_t{19'456} * 1024;

/// Of a password nobody knows, with the cost of new hashes.
constexpr auto kNobodysHash =
    "$argon2id$v=19$m=19456,t=2,p=1$fViDwx8/"
    "P3taEaQxGQ5oxA$yi+ZUQRMdxgNrrnofaeWgjnUphRT6vVfV2MW2YF8qXY";

Result<std::string> hashNow(const std::string& password) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str(out.data(), password.data(), password.size(), kPasses, kMemory) != 0) {
        return failure(ErrorCode::Internal, "the password could not be hashed", "out of memory");
    }
    return std::string{out.data()};
}

Result<bool> verifyNow(const std::string& hash, const std::string& password) {
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace

PasswordHasher::PasswordHasher(std::size_t threads, std::size_t max_waiting)
    : pool_{"password", threads, max_waiting, WorkerPool::Priority::GivesWay} {
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

bool PasswordHasher::isOutdated(const std::string& hash) {
    return crypto_pwhash_str_needs_rehash(hash.c_str(), kPasses, kMemory) != 0;
}

Task<Result<bool>> PasswordHasher::verifyNothing(std::string password) {
    auto verified = co_await verify(kNobodysHash, std::move(password));
    if (!verified) co_return failure(std::move(verified.error()));
    co_return false;
}

}  // namespace atelier
