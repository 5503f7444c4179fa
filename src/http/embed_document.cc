// Build step: writes a C++ source that holds an OpenAPI document, read from YAML, as
// Document::embedded().
//
//     embed_document api/openapi.yaml embedded_document.cc
#include <fstream>
#include <iostream>
#include <sstream>

#include <boost/json.hpp>

#include "http/yaml_json.h"

namespace {

constexpr std::size_t kLongestLiteral = 8000;  // compilers limit the length of one

std::string sourceOf(std::string_view json) {
    std::string out =
        "#include \"http/document.h\"\n\nnamespace atelier::http {\n\n"
        "std::string_view Document::embedded() {\n"
        "    static constexpr std::string_view kText =\n";
    for (; !json.empty(); json.remove_prefix(std::min(json.size(), kLongestLiteral)))
        out += "        R\"=====(" + std::string{json.substr(0, kLongestLiteral)} + ")=====\"\n";
    return out + "    ;\n    return kText;\n}\n\n}  // namespace atelier::http\n";
}

}  // namespace

int main(int count, char** words) {
    if (count != 3) {
        std::cerr << "usage: embed_document DOCUMENT.yaml OUTPUT.cc\n";
        return 2;
    }
    std::ostringstream yaml;
    yaml << std::ifstream{words[1]}.rdbuf();
    const auto document = atelier::http::yamlToJson(yaml.str());
    if (!document) {
        std::cerr << words[1] << ": " << document.error().detail << '\n';
        return 1;
    }
    std::ofstream out{words[2]};
    out << sourceOf(boost::json::serialize(*document));
    return out.flush() ? 0 : 1;
}
