#pragma once

#include <map>
#include <string>
#include <vector>

#include "http/call.h"
#include "http/document.h"

namespace atelier::http {

/// The handlers, by the operationId they answer.
class OperationTable {
  public:
    void bind(std::string operation_id, Handler handler);

    /// Binds a member of `owner`, which outlives this table.
    template <class Owner>
    void bind(std::string operation_id, Owner& owner, Task<Answer> (Owner::*method)(CallPtr)) {
        bind(std::move(operation_id),
             [&owner, method](CallPtr call) { return (owner.*method)(std::move(call)); });
    }

    /// The handlers in the order of the document's operations. Errors: Internal, naming operations
    /// without a handler and handlers without an operation: the program must not start then.
    Result<std::vector<Handler>> matchedTo(const Document& document) const;

  private:
    std::map<std::string, Handler> handlers_;
};

}  // namespace atelier::http
