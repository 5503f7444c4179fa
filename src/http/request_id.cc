#include "http/request_id.h"

#include <algorithm>
#include <atomic>
#include <random>

#include <fmt/format.h>

namespace atelier::http {
namespace {

bool isAllowed(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/// Unique, not secret: a random start per thread and a counter.
std::string makeRequestId() {
    thread_local std::mt19937_64 random{std::random_device{}()};
    thread_local std::uint32_t count = 0;
    return fmt::format("{:016x}{:08x}", random(), count++);
}

}  // namespace

bool isRequestId(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, isAllowed);
}

std::string requestIdFrom(std::string_view header) {
    return isRequestId(header) ? std::string{header} : makeRequestId();
}

}  // namespace atelier::http
