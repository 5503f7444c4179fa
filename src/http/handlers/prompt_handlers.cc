#include "http/handlers/prompt_handlers.h"

#include "http/config_view.h"
#include "http/paging.h"
#include "http/reply.h"

namespace atelier::http {
namespace {

struct Rollback {
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Rollback, (), (version))

drogon::HttpResponsePtr pageReply(const Page<PromptConfig>& page) {
    return jsonReply(200, pageOf(page, [](const PromptConfig& prompt) { return viewOf(prompt); }));
}

}  // namespace

void PromptHandlers::bind(OperationTable& table) {
    table.bind("listPrompts", *this, &PromptHandlers::list);
    table.bind("createPrompt", *this, &PromptHandlers::create);
    table.bind("listPromptVersions", *this, &PromptHandlers::history);
    table.bind("rollBackPrompt", *this, &PromptHandlers::rollBack);
    table.bind("previewPrompt", *this, &PromptHandlers::preview);
}

Task<Answer> PromptHandlers::list(CallPtr call) {
    std::optional<std::string> domain;
    if (const auto text = call->text("domain")) domain = std::string{*text};
    auto page = co_await prompts_.list(std::move(domain), pageRequestOf(*call));
    if (!page) co_return failure(std::move(page.error()));
    co_return pageReply(*page);
}

Task<Answer> PromptHandlers::create(CallPtr call) {
    auto in = call->bodyAs<NewPrompt>();
    if (!in) co_return failure(std::move(in.error()));
    auto prompt = co_await prompts_.add(call->caller(), std::move(*in));
    if (!prompt) co_return failure(std::move(prompt.error()));
    co_return jsonReply(201, viewOf(*prompt));
}

Task<Answer> PromptHandlers::history(CallPtr call) {
    auto page = co_await prompts_.history(std::string{*call->text("domain")}, pageRequestOf(*call));
    if (!page) co_return failure(std::move(page.error()));
    co_return pageReply(*page);
}

Task<Answer> PromptHandlers::rollBack(CallPtr call) {
    auto in = call->bodyAs<Rollback>();
    if (!in) co_return failure(std::move(in.error()));
    auto prompt =
        co_await prompts_.rollBack(call->caller(), std::string{*call->text("domain")}, in->version);
    if (!prompt) co_return failure(std::move(prompt.error()));
    co_return jsonReply(201, viewOf(*prompt));
}

Task<Answer> PromptHandlers::preview(CallPtr call) {
    auto in = call->bodyAs<PromptPreview>();
    if (!in) co_return failure(std::move(in.error()));
    auto rendered = co_await prompts_.preview(std::move(*in));
    if (!rendered) co_return failure(std::move(rendered.error()));
    co_return jsonReply(200, viewOf(*rendered));
}

}  // namespace atelier::http
