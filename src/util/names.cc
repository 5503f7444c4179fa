#include "util/names.h"

#include <cctype>

namespace atelier {

std::string toCamelCase(std::string_view snake) {
    std::string camel;
    camel.reserve(snake.size());
    bool upper = false;
    for (const char c : snake) {
        if (c == '_') {
            upper = true;
            continue;
        }
        camel.push_back(upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c);
        upper = false;
    }
    return camel;
}

std::string toSnakeCase(std::string_view pascal) {
    std::string snake;
    snake.reserve(pascal.size() + 4);
    for (const char c : pascal) {
        const auto u = static_cast<unsigned char>(c);
        if (std::isupper(u)) {
            if (!snake.empty()) snake.push_back('_');
            snake.push_back(static_cast<char>(std::tolower(u)));
        } else {
            snake.push_back(c);
        }
    }
    return snake;
}

}  // namespace atelier
