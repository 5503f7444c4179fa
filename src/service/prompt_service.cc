#include "service/prompt_service.h"

#include <algorithm>

#include <fmt/format.h>

#include "service/auth/account_service.h"
#include "service/prompt_check.h"
#include "util/join.h"

namespace atelier {
namespace {

/// Each failed try means that another version was stored.
constexpr int kTries = 100;
constexpr int kNamesShown = 20;

const PromptConfig* findSeeded(std::string_view domain) {
    const auto& all = seededPrompts();
    const auto found = std::ranges::find(all, domain, &PromptConfig::domain);
    return found == all.end() ? nullptr : &*found;
}

bool hasDomain(const std::vector<PromptConfig>& prompts, std::string_view domain) {
    return std::ranges::find(prompts, domain, &PromptConfig::domain) != prompts.end();
}

/// `stored`, the first domains after `after`, and the seeded ones of which nothing is stored.
std::vector<PromptConfig> withSeeded(std::vector<PromptConfig> stored, std::string_view after) {
    for (const auto& seeded : seededPrompts()) {
        if (seeded.domain > after && !hasDomain(stored, seeded.domain)) stored.push_back(seeded);
    }
    std::ranges::sort(stored, {}, &PromptConfig::domain);
    return stored;
}

Error noSuchDomain(std::string_view domain, const std::vector<PromptConfig>& there_are) {
    std::vector<std::string> names;
    for (const auto& each : there_are) names.push_back(each.domain);
    Error error{ErrorCode::ValidationFailed,
                fmt::format("no domain \"{}\"; there are {}", domain, join(names, ", "))};
    error.fields.push_back({"/domain", "must be a configured domain"});
    return error;
}

/// Of a version that a request's body names.
Error noSuchVersion(Error error, std::int64_t newest) {
    error.code = ErrorCode::ValidationFailed;
    error.detail += fmt::format("; the newest is {}", newest);
    error.fields.push_back({"/version", fmt::format("must be 1 to {}", newest)});
    return error;
}

/// What the template of an action should leave room for.
std::vector<std::string> neglected(std::string_view text, PromptAction action) {
    std::vector<std::string> expected{"prompt"};
    switch (action) {
        case PromptAction::Tryon:
        case PromptAction::TryonVto:
        case PromptAction::TryonEdit:
            expected.emplace_back("garment");
            break;
        case PromptAction::Scene:
            expected.emplace_back("scene");
            break;
        case PromptAction::ModelGen:
            break;
    }
    const auto used = variablesIn(text);
    std::vector<std::string> warnings;
    for (const auto& name : expected) {
        if (std::ranges::find(used, name) == used.end())
            warnings.push_back(fmt::format("the template does not use {{{{{}}}}}", name));
    }
    return warnings;
}

}  // namespace

Task<Result<std::optional<PromptConfig>>> PromptService::find(std::string domain) {
    auto latest = co_await store_.latestPrompt(domain);
    if (!latest || *latest) co_return latest;
    if (const auto* seeded = findSeeded(domain)) co_return *seeded;
    co_return std::optional<PromptConfig>{};
}

Task<Result<PromptConfig>> PromptService::current(std::string domain) {
    auto found = co_await find(domain);
    if (!found) co_return failure(std::move(found.error()));
    if (*found) co_return std::move(**found);
    auto some = co_await store_.latestPrompts("", kNamesShown);
    if (!some) co_return failure(std::move(some.error()));
    co_return failure(noSuchDomain(domain, withSeeded(std::move(*some), "")));
}

Task<Result<PromptConfig>> PromptService::version(std::string domain, std::int64_t version) {
    auto found = co_await store_.findPrompt(domain, version);
    if (!found) co_return failure(std::move(found.error()));
    if (*found) co_return std::move(**found);
    const auto* seeded = findSeeded(domain);
    if (seeded != nullptr && seeded->version == version) co_return *seeded;
    co_return failure(ErrorCode::NotFound,
                      fmt::format("domain \"{}\" has no version {}", domain, version));
}

Task<Result<Page<PromptConfig>>> PromptService::list(std::optional<std::string> domain,
                                                     PageRequest page) {
    Page<PromptConfig> out;
    if (domain) {
        auto found = co_await find(*domain);
        if (!found) co_return failure(std::move(found.error()));
        if (*found) out.items.push_back(std::move(**found));
        co_return out;
    }
    const auto after = page.cursor.value_or("");
    auto stored = co_await store_.latestPrompts(after, page.limit + 1);
    if (!stored) co_return failure(std::move(stored.error()));
    out.items = withSeeded(std::move(*stored), after);
    if (std::ssize(out.items) > page.limit) {
        out.items.resize(static_cast<std::size_t>(page.limit));
        out.next_cursor = out.items.back().domain;
    }
    co_return out;
}

Task<Result<Page<PromptConfig>>> PromptService::history(std::string domain, PageRequest page) {
    const bool first_page = !page.cursor;
    auto versions = co_await store_.listPromptVersions(domain, std::move(page));
    if (!versions || !versions->items.empty()) co_return versions;
    auto found = co_await find(domain);
    if (!found) co_return failure(std::move(found.error()));
    if (!*found)
        co_return failure(ErrorCode::NotFound, fmt::format("there is no domain \"{}\"", domain));
    if (first_page)
        versions->items.push_back(std::move(**found));  // nothing stored: the seeded one
    co_return versions;
}

Task<Result<>> PromptService::storeSeeded(std::string domain) {
    const auto* seeded = findSeeded(domain);
    if (seeded == nullptr) co_return Result<>{};
    auto stored = co_await store_.insertPrompt(*seeded);
    if (!stored && stored.error().code != ErrorCode::Conflict)
        co_return failure(std::move(stored.error()));
    co_return Result<>{};
}

Task<Result<PromptConfig>> PromptService::append(Caller admin, PromptConfig prompt) {
    if (auto checked = checkPrompt(prompt, prices_); !checked)
        co_return failure(std::move(checked.error()));
    prompt.author = admin.user->id.str();
    prompt.created_at = clock_.now();
    // History begins with what jobs used so far.
    auto begun = co_await storeSeeded(prompt.domain);
    if (!begun) co_return failure(std::move(begun.error()));
    for (int i = 0; i < kTries; ++i) {
        auto latest = co_await store_.latestPrompt(prompt.domain);
        if (!latest) co_return failure(std::move(latest.error()));
        prompt.version = *latest ? (*latest)->version + 1 : 1;
        auto stored = co_await store_.insertPrompt(prompt);
        if (stored) co_return prompt;
        if (stored.error().code != ErrorCode::Conflict)
            co_return failure(std::move(stored.error()));
    }
    co_return failure(ErrorCode::NotReady,
                      "many others change this domain's prompts; try again shortly");
}

Task<Result<PromptConfig>> PromptService::add(Caller admin, NewPrompt in) {
    PromptConfig prompt;
    prompt.domain = std::move(in.domain);
    prompt.prompt_text = std::move(in.prompt_text);
    prompt.actions = std::move(in.actions);
    prompt.defaults = std::move(in.defaults);
    prompt.note = std::move(in.note);
    auto added = co_await append(admin, std::move(prompt));
    if (!added) co_return added;
    auto event = auditEvent(admin, "prompt.create", added->domain, {{"version", added->version}});
    auto recorded = co_await audit_.record(std::move(event));
    if (!recorded) co_return failure(std::move(recorded.error()));
    co_return added;
}

Task<Result<PromptConfig>> PromptService::rollBack(Caller admin, std::string domain,
                                                   std::int64_t to) {
    auto newest = co_await find(domain);
    if (!newest) co_return failure(std::move(newest.error()));
    if (!*newest)
        co_return failure(ErrorCode::NotFound, fmt::format("there is no domain \"{}\"", domain));
    auto old = co_await version(domain, to);
    if (!old && old.error().code == ErrorCode::NotFound)
        co_return failure(noSuchVersion(std::move(old.error()), (*newest)->version));
    if (!old) co_return old;
    old->note = fmt::format("back to version {}", to);
    auto added = co_await append(admin, std::move(*old));
    if (!added) co_return added;
    auto event =
        auditEvent(admin, "prompt.rollback", domain, {{"version", added->version}, {"from", to}});
    auto recorded = co_await audit_.record(std::move(event));
    if (!recorded) co_return failure(std::move(recorded.error()));
    co_return added;
}

Task<Result<RenderedPrompt>> PromptService::preview(PromptPreview in) {
    if (!in.prompt_text) {
        auto config = co_await current(in.domain);
        if (!config) co_return failure(std::move(config.error()));
        in.prompt_text = templateFor(*config, in.action);
    }
    in.variables.category = spokenCategory(in.variables.category);
    auto rendered = renderTemplate(*in.prompt_text, in.variables);
    if (!rendered) {
        rendered.error().fields.push_back({"/promptText", rendered.error().detail});
        co_return rendered;
    }
    auto warnings = neglected(*in.prompt_text, in.action);
    std::ranges::move(warnings, std::back_inserter(rendered->warnings));
    co_return rendered;
}

}  // namespace atelier
