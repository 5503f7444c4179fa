#include "http/operation_table.h"

#include <set>

#include <fmt/format.h>

#include "util/join.h"

namespace atelier::http {

void OperationTable::bind(std::string operation_id, Handler handler) {
    handlers_.insert_or_assign(std::move(operation_id), std::move(handler));
}

Result<std::vector<Handler>> OperationTable::matchedTo(const Document& document) const {
    std::vector<Handler> matched;
    std::vector<std::string> without_handler;
    std::set<std::string> unknown;
    for (const auto& [id, handler] : handlers_) unknown.insert(id);
    for (const auto& operation : document.operations()) {
        const auto found = handlers_.find(operation.id);
        if (found == handlers_.end()) {
            without_handler.push_back(operation.id);
        } else {
            matched.push_back(found->second);
            unknown.erase(operation.id);
        }
    }
    if (without_handler.empty() && unknown.empty()) return matched;
    return failure(
        ErrorCode::Internal,
        fmt::format("operations without a handler: [{}]; handlers without an operation: [{}]",
                    join(without_handler, ", "),
                    join(std::vector(unknown.begin(), unknown.end()), ", ")));
}

}  // namespace atelier::http
