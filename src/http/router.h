#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace atelier::http {

/// Finds what answers a method and a path. Exact: a trailing slash is another path; where a literal
/// segment and a
/// `{parameter}` compete the literal wins. Filled at the start, then immutable and thread-safe.
class Router {
  public:
    using Target = std::size_t;
    struct Match {
        enum class Kind { Found, NoSuchPath, WrongMethod };
        Kind kind = Kind::NoSuchPath;
        Target target = 0;
        /// Values of the parameters in the order of the path; views into the path that was asked
        /// for.
        std::array<std::string_view, 4> values;
        std::string_view allow;  ///< WrongMethod: `GET, DELETE`
    };

    /// False when the same method and path were added before, or a path has more than four
    /// parameters.
    bool add(std::string_view method, std::string_view path, Target target);
    Match find(std::string_view method, std::string_view path) const;

  private:
    struct Node {
        std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
        std::unique_ptr<Node> parameter;
        std::vector<std::pair<std::string, Target>> targets;  ///< by method
        std::string allow;
    };
    Node root_;
};

/// The names in braces, in order: `/a/{b}/{c}` → b, c.
std::vector<std::string> parameterNames(std::string_view path);

}  // namespace atelier::http
