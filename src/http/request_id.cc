#include "http/request_id.h"

#include <algorithm>
#include <cstdint>
#include <random>

#include "telemetry/scrub.h"

namespace atelier::http {
namespace {

bool isAllowed(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

constexpr std::string_view kHex = "0123456789abcdef";

/// Unique, not secret: a random start per thread and a counter.
std::string makeRequestId() {
    thread_local std::mt19937_64 random{std::random_device{}()};
    thread_local std::uint32_t count = 0;
    std::string id(24, '0');
    auto bits = random();
    for (std::size_t i = 0; i < 16; ++i, bits >>= 4) id[i] = kHex[bits & 15];
    auto number = count++;
    for (std::size_t i = 23; i >= 16; --i, number >>= 4) id[i] = kHex[number & 15];
    return id;
}

}  // namespace

bool isRequestId(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, isAllowed);
}

std::string requestIdFrom(std::string_view header) {
    // The access log and the job keep it as it is.
    const bool discreet = log::scrub(header) == header;
    return isRequestId(header) && discreet ? std::string{header} : makeRequestId();
}

}  // namespace atelier::http
