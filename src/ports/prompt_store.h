#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/error.h"
#include "domain/prompt.h"
#include "ports/page.h"
#include "util/task.h"

namespace atelier {

/// Every version of every domain's prompts; none is ever changed or removed. Thread-safe. Durable
/// when a task completes, and then seen by every process. All methods may fail with NotReady.
class PromptStore {
  public:
    virtual ~PromptStore() = default;

    /// Errors: Conflict (the domain has that version: someone was faster).
    virtual Task<Result<>> insertPrompt(PromptConfig prompt) = 0;
    /// The highest version. Empty when the domain has none: not an error.
    virtual Task<Result<std::optional<PromptConfig>>> latestPrompt(std::string domain) = 0;
    virtual Task<Result<std::optional<PromptConfig>>> findPrompt(std::string domain,
                                                                 std::int64_t version) = 0;
    /// The highest version of each domain after `after`, in the order of their names (byte by
    /// byte), at most `limit`.
    virtual Task<Result<std::vector<PromptConfig>>> latestPrompts(std::string after, int limit) = 0;
    /// Highest version first; the cursor is the last version of a page.
    virtual Task<Result<Page<PromptConfig>>> listPromptVersions(std::string domain,
                                                                PageRequest page) = 0;
};

}  // namespace atelier
