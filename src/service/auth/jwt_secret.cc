#include "service/auth/jwt_secret.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "util/encoding.h"
#include "util/scope_exit.h"

namespace atelier {
namespace {

constexpr std::size_t kKeyBytes = 32;

std::unexpected<Error> failed(std::string_view what, const std::filesystem::path& file) {
    return failure(ErrorCode::NotReady,
                   fmt::format("the key file {} cannot be {}", file.string(), what),
                   std::strerror(errno));
}

Result<std::string> read(const std::filesystem::path& file) {
    std::ifstream in{file};
    if (!in) return failed("read", file);
    Result<std::string> key{std::string{}};
    std::getline(in, *key);
    if (key->size() < kKeyBytes) {
        return failure(
            ErrorCode::ValidationFailed,
            fmt::format(
                "the key file {} holds fewer than 32 characters: remove it to have a new one made",
                file.string()));
    }
    return key;
}

/// Writes a complete file under another name, then links it: the name appears with its content or
/// not at all, and never replaces a key that is in use.
Result<> makeOnce(const std::filesystem::path& file) {
    auto draft = file.string() + ".XXXXXX";
    const int fd = mkstemp(draft.data());  // mode 0600
    if (fd < 0) return failed("written", file);
    const ScopeExit cleanup{[&] {
        close(fd);
        unlink(draft.c_str());
    }};
    auto key = toBase64Url(randomBytes(kKeyBytes));
    key += '\n';
    if (write(fd, key.data(), key.size()) != static_cast<ssize_t>(key.size()) || fsync(fd) != 0)
        return failed("written", file);
    if (link(draft.c_str(), file.c_str()) != 0 && errno != EEXIST) return failed("written", file);
    return {};
}

}  // namespace

Result<std::string> loadOrMakeJwtSecret(const std::filesystem::path& data_dir) {
    const auto file = data_dir / "jwt-secret";
    if (!std::filesystem::exists(file)) {
        if (const auto made = makeOnce(file); !made) return failure(made.error());
    }
    return read(file);
}

}  // namespace atelier
