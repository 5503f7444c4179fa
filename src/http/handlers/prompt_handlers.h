#pragma once

#include "http/operation_table.h"
#include "service/prompt_service.h"

namespace atelier::http {

/// /config/prompts: domains and their prompts.
class PromptHandlers {
  public:
    explicit PromptHandlers(PromptService& prompts) : prompts_{prompts} {}
    void bind(OperationTable& table);

  private:
    Task<Answer> list(CallPtr call);
    Task<Answer> create(CallPtr call);
    Task<Answer> history(CallPtr call);
    Task<Answer> rollBack(CallPtr call);
    Task<Answer> preview(CallPtr call);

    PromptService& prompts_;
};

}  // namespace atelier::http
