#include "queue/bullmq/msgpack.h"

#include <limits>

namespace atelier::bullmq {

void Packer::number(std::uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) byte((value >> (8 * i)) & 0xff);
}

void Packer::size(std::uint32_t size, std::uint32_t limit, unsigned small, unsigned wide) {
    if (size < limit) return byte(small | size);
    const bool fits = size <= 0xffff;
    byte(fits ? wide : wide + 1);
    number(size, fits ? 2 : 4);
}

Packer& Packer::nil() {
    byte(0xc0);
    return *this;
}

Packer& Packer::boolean(bool value) {
    byte(value ? 0xc3 : 0xc2);
    return *this;
}

Packer& Packer::integer(std::int64_t value) {
    if (value >= 0 && value < 0x80) {
        byte(static_cast<unsigned>(value));
    } else if (value < 0 && value >= -32) {
        byte(static_cast<unsigned>(value) & 0xff);
    } else if (value >= std::numeric_limits<std::int32_t>::min() &&
               value <= std::numeric_limits<std::int32_t>::max()) {
        byte(0xd2);
        number(static_cast<std::uint64_t>(value), 4);
    } else {
        byte(0xd3);
        number(static_cast<std::uint64_t>(value), 8);
    }
    return *this;
}

Packer& Packer::text(std::string_view value) {
    const auto length = static_cast<std::uint32_t>(value.size());
    if (length >= 32 && length < 0x100) {
        byte(0xd9);
        byte(length);
    } else {
        size(length, 32, 0xa0, 0xda);
    }
    out_ += value;
    return *this;
}

Packer& Packer::array(std::uint32_t count) {
    size(count, 16, 0x90, 0xdc);
    return *this;
}

Packer& Packer::map(std::uint32_t count) {
    size(count, 16, 0x80, 0xde);
    return *this;
}

}  // namespace atelier::bullmq
