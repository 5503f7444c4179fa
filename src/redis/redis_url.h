#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/error.h"

namespace atelier::redis {

/// Where a Redis is and who we are there.
struct RedisUrl {
    std::string host;  ///< name or address; an IPv6 address without its brackets
    std::uint16_t port = 6379;
    std::string user;  ///< empty: the default one
    std::string password;
    int database = 0;
    bool tls = false;

    /// host:port, for messages: never the password.
    std::string where() const;
};

/// Reads `redis://[[user]:password@]host[:port][/database]`, with `rediss` for TLS; user and
/// password may be percent-encoded. Errors: ValidationFailed (what is wrong, never the password).
/// Source: https://www.iana.org/assignments/uri-schemes/prov/redis, …/prov/rediss
Result<RedisUrl> parseRedisUrl(std::string_view text);

}  // namespace atelier::redis
