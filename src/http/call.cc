#include "http/call.h"

namespace atelier::http {

const boost::json::value* Call::parameter(std::string_view name) const {
    for (const auto& [known, value] : parameters) {
        if (known == name) return &value;
    }
    return nullptr;
}

std::optional<std::string_view> Call::text(std::string_view name) const {
    const auto* value = parameter(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string_view{value->get_string()};
}

}  // namespace atelier::http
