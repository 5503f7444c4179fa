#pragma once

#include <string>

namespace atelier::redis {

/// A Lua script and the name by which Redis knows it once it ran: the SHA-1 of its text.
/// Source: https://redis.io/docs/latest/commands/evalsha/
class Script {
  public:
    explicit Script(std::string text);

    const std::string& text() const { return text_; }
    /// 40 lower-case hexadecimal digits.
    const std::string& sha() const { return sha_; }

  private:
    std::string text_;
    std::string sha_;
};

}  // namespace atelier::redis
