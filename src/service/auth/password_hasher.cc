#include "service/auth/password_hasher.h"

#include <sodium.h>

#include <array>
#include <cstdlib>

#include "service/on_pool.h"

namespace atelier {
namespace {

// Source: OWASP Password Storage Cheat Sheet, Argon2id: of the settings of equal strength the one
// with the least memory, "m=7168 (7 MiB), t=5, p=1". libsodium asks the kernel for the memory of
// each hash, and while the kernel hands it out nobody else can run on that processor.
constexpr unsigned long long kPasses = 5;
constexpr std::size_t kMemory = std::size_t{7'168} * 1024;

/// Of a password nobody knows, with the cost of new hashes.
constexpr auto kNobodysHash =
    "$argon2id$v=19$m=7168,t=5,p=1$5n7jWeMYhj7hfGDiuzOF6w$fDd0u6gaLlK9YrLXZzvwYPrbX7Gl1uHs/"
    "c+0Fq+HIsQ";

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
    : pool_{"password", threads, max_waiting, WorkerPool::Priority::LeavesOne} {
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
