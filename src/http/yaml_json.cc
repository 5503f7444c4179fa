#include "http/yaml_json.h"

#include <charconv>

#include <yaml-cpp/yaml.h>

namespace atelier::http {
namespace {

namespace bj = boost::json;

template <class Number>
std::optional<Number> numberFrom(const std::string& text) {
    Number number{};
    const auto* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || at != end) return std::nullopt;
    return number;
}

bj::value plainScalar(const std::string& text) {
    if (text.empty() || text == "~" || text == "null") return nullptr;
    if (text == "true") return true;
    if (text == "false") return false;
    if (const auto whole = numberFrom<std::int64_t>(text)) return *whole;
    if (const auto real = numberFrom<double>(text)) return *real;
    return bj::value(text);
}

bj::value convert(const YAML::Node& node) {
    switch (node.Type()) {
        case YAML::NodeType::Sequence: {
            bj::array out;
            for (const auto& item : node) out.push_back(convert(item));
            return out;
        }
        case YAML::NodeType::Map: {
            bj::object out;
            for (const auto& field : node) out.emplace(field.first.Scalar(), convert(field.second));
            return out;
        }
        case YAML::NodeType::Scalar:
            // yaml-cpp tags quoted scalars with "!".
            return node.Tag() == "!" ? bj::value(node.Scalar()) : plainScalar(node.Scalar());
        case YAML::NodeType::Null:
        case YAML::NodeType::Undefined:
            return nullptr;
    }
    return nullptr;
}

}  // namespace

Result<bj::value> yamlToJson(std::string_view text) {
    try {
        return convert(YAML::Load(std::string{text}));
    } catch (const YAML::Exception& e) {
        return failure(ErrorCode::Internal, std::string{"not valid YAML: "} + e.what());
    }
}

}  // namespace atelier::http
