#pragma once

#include <map>
#include <optional>
#include <string>

#include "domain/pricing.h"
#include "ports/prompt_store.h"
#include "service/auth/audit_log.h"
#include "service/caller.h"
#include "service/prompts.h"
#include "util/clock.h"

namespace atelier {

/// Body of POST /config/prompts.
struct NewPrompt {
    std::string domain;
    std::string prompt_text;
    std::map<std::string, std::string> actions;
    PromptDefaults defaults;
    std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(NewPrompt, (), (domain, prompt_text, actions, defaults, note))

/// Body of POST /config/prompts/preview.
struct PromptPreview {
    std::string domain;
    PromptAction action = PromptAction::Tryon;
    std::optional<std::string> prompt_text;  ///< absent: the domain's own
    PromptVariables variables;
};
BOOST_DESCRIBE_STRUCT(PromptPreview, (), (domain, action, prompt_text, variables))

/// The domains and their prompts: what came with the program until an administrator stores another
/// version. Every read asks the store, so that the next job of any process uses a new version.
/// Thread-safe, also between processes. All methods may fail with NotReady.
class PromptService final : public PromptSource {
  public:
    PromptService(PromptStore& store, const PriceTable& prices, AuditLog& audit, const Clock& clock)
        : store_{store}, prices_{prices}, audit_{audit}, clock_{clock} {}

    Task<Result<PromptConfig>> current(std::string domain) override;
    Task<Result<PromptConfig>> version(std::string domain, std::int64_t version) override;

    /// The current version of every domain, or of one, by name; the cursor is the last name.
    Task<Result<Page<PromptConfig>>> list(std::optional<std::string> domain, PageRequest page);
    /// Newest first. Errors: NotFound (no such domain).
    Task<Result<Page<PromptConfig>>> history(std::string domain, PageRequest page);

    /// Makes the domain's next version, also of a domain that is not there yet. Of two at once both
    /// are kept, one after the other. Errors: PromptInvalid (with the position), ValidationFailed.
    Task<Result<PromptConfig>> add(Caller admin, NewPrompt prompt);
    /// Makes a new version that says what `version` said. Errors: NotFound (no such domain),
    /// ValidationFailed (no such version; its engine is not there any more).
    Task<Result<PromptConfig>> rollBack(Caller admin, std::string domain, std::int64_t version);

    /// What a job would send, without one. Errors: PromptInvalid, ValidationFailed (no such
    /// domain).
    Task<Result<RenderedPrompt>> preview(PromptPreview in);

  private:
    Task<Result<std::optional<PromptConfig>>> find(std::string domain);
    Task<Result<PromptConfig>> append(Caller admin, PromptConfig prompt);
    Task<Result<>> storeSeeded(std::string domain);

    PromptStore& store_;
    const PriceTable& prices_;
    AuditLog& audit_;
    const Clock& clock_;
};

}  // namespace atelier
