#include "redis/script.h"

#include <openssl/evp.h>

#include "util/encoding.h"

namespace atelier::redis {
namespace {

std::string sha1Hex(const std::string& text) {
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
               EVP_sha1(), nullptr);
    digest.resize(size);
    return toHex(digest);
}

}  // namespace

Script::Script(std::string text) : text_{std::move(text)}, sha_{sha1Hex(text_)} {}

}  // namespace atelier::redis
