#include "http/references.h"

#include <boost/json.hpp>

namespace atelier::http {
namespace {

namespace bj = boost::json;

constexpr int kDeepest = 64;

Result<bj::value> expand(const bj::value& root, const bj::value& node, int depth);

Result<bj::value> follow(const bj::value& root, const bj::string& reference, int depth) {
    boost::system::error_code none;
    const auto* target = reference.starts_with('#')
                             ? root.find_pointer({reference.data() + 1, reference.size() - 1}, none)
                             : nullptr;
    if (target == nullptr)
        return failure(ErrorCode::Internal, "$ref points nowhere: " + std::string{reference});
    return expand(root, *target, depth + 1);
}

Result<bj::value> expand(const bj::value& root, const bj::value& node, int depth) {
    if (depth > kDeepest) return failure(ErrorCode::Internal, "$ref goes in a circle");
    if (const auto* fields = node.if_object()) {
        if (const auto* reference = fields->if_contains("$ref");
            reference != nullptr && reference->is_string())
            return follow(root, reference->get_string(), depth);
        bj::object out;
        for (const auto& [name, value] : *fields) {
            auto expanded = expand(root, value, depth + 1);
            if (!expanded) return expanded;
            out.emplace(name, std::move(*expanded));
        }
        return out;
    }
    if (const auto* items = node.if_array()) {
        bj::array out;
        for (const auto& item : *items) {
            auto expanded = expand(root, item, depth + 1);
            if (!expanded) return expanded;
            out.push_back(std::move(*expanded));
        }
        return out;
    }
    return node;
}

}  // namespace

Result<bj::value> withoutReferences(const bj::value& root, const bj::value& node) {
    return expand(root, node, 0);
}

}  // namespace atelier::http
