#include "http/router.h"

#include <algorithm>

namespace atelier::http {
namespace {

/// Cuts the next segment off `rest`, which starts with its slash.
std::string_view nextSegment(std::string_view& rest) {
    const auto end = rest.find('/', 1);
    const auto segment = rest.substr(1, end == std::string_view::npos ? end : end - 1);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end);
    return segment;
}

bool isParameter(std::string_view segment) {
    return segment.starts_with('{') && segment.ends_with('}');
}

}  // namespace

bool Router::add(std::string_view method, std::string_view path, Target target) {
    if (parameterNames(path).size() > Match{}.values.size()) return false;
    Node* node = &root_;
    for (auto rest = path; !rest.empty();) {
        const auto segment = nextSegment(rest);
        auto& next = isParameter(segment) ? node->parameter : node->literals[std::string{segment}];
        if (!next) next = std::make_unique<Node>();
        node = next.get();
    }
    if (std::ranges::any_of(node->targets,
                            [&](const auto& known) { return known.first == method; }))
        return false;
    node->targets.emplace_back(method, target);
    node->allow += node->allow.empty() ? "" : ", ";
    node->allow += method == "GET" ? "GET, HEAD" : method;
    return true;
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
    Match match;
    if (!path.starts_with('/')) return match;
    const Node* node = &root_;
    std::size_t values = 0;
    for (auto rest = path; !rest.empty();) {
        const auto segment = nextSegment(rest);
        if (const auto literal = node->literals.find(segment); literal != node->literals.end()) {
            node = literal->second.get();
        } else if (node->parameter && !segment.empty()) {
            node = node->parameter.get();
            match.values[values++] = segment;
        } else {
            return match;
        }
    }
    if (node->targets.empty()) return match;
    match.kind = Match::Kind::WrongMethod;
    match.allow = node->allow;
    for (const auto& [known, target] : node->targets) {
        if (known != method) continue;
        match.kind = Match::Kind::Found;
        match.target = target;
    }
    return match;
}

std::vector<std::string> parameterNames(std::string_view path) {
    std::vector<std::string> names;
    for (auto rest = path; !rest.empty();) {
        const auto segment = nextSegment(rest);
        if (isParameter(segment)) names.emplace_back(segment.substr(1, segment.size() - 2));
    }
    return names;
}

}  // namespace atelier::http
