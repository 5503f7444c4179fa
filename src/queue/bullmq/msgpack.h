#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace atelier::bullmq {

/// Writes MessagePack, as much of it as BullMQ's scripts read: a container's size, then its items
/// (in a map: key, value, key, …). Source: https://github.com/msgpack/msgpack/blob/master/spec.md
class Packer {
  public:
    Packer& nil();
    Packer& boolean(bool value);
    Packer& integer(std::int64_t value);
    Packer& text(std::string_view value);
    Packer& array(std::uint32_t size);
    Packer& map(std::uint32_t size);

    std::string take() { return std::move(out_); }

  private:
    void byte(unsigned value) { out_ += static_cast<char>(value); }
    /// `value` in `bytes` bytes, the highest first.
    void number(std::uint64_t value, int bytes);
    /// `small | size` below `limit`, else `wide` and 16 bits or `wide + 1` and 32 bits.
    void size(std::uint32_t size, std::uint32_t limit, unsigned small, unsigned wide);

    std::string out_;
};

}  // namespace atelier::bullmq
