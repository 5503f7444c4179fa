#pragma once

#include <array>
#include <stdexcept>
#include <string>

#include <sodium.h>

namespace atelier::test {

/// As an earlier version hashed: in 64 MiB.
inline std::string hashOfAnotherCost(const std::string& password) {
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str(hash.data(), password.data(), password.size(),
                          crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        throw std::runtime_error("no memory for a hash");
    return hash.data();
}

}  // namespace atelier::test
