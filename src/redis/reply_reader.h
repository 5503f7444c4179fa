#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "domain/error.h"
#include "redis/reply.h"

struct redisReader;  // NOLINT(readability-identifier-naming): of hiredis

namespace atelier::redis {

/// Turns the bytes of one connection into replies; hiredis' parser inside. Not thread-safe.
class ReplyReader {
  public:
    ReplyReader();
    ~ReplyReader();

    void feed(std::string_view bytes);
    /// The next complete reply; empty when more bytes are needed.
    /// Errors: NotReady (these are not the bytes of a Redis): the reader is of no more use.
    Result<std::optional<Reply>> next();

  private:
    std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
};

}  // namespace atelier::redis
