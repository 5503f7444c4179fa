#include <fmt/format.h>

#include <boost/json.hpp>

#include "bfl/client.h"
#include "contract/contract.h"
#include "util/encoding.h"

namespace atelier {

Task<Result<double>> BflClient::credits() {
    auto request = requestTo("GET", {}, options_.poll_timeout);
    auto object = co_await account("/v1/credits", std::move(request));
    if (!object) co_return failure(std::move(object.error()));
    const auto* credits = object->if_contains("credits");
    if (credits == nullptr || !credits->is_number())
        co_return failure(ErrorCode::ProviderBadAnswer, "the provider does not tell the balance");
    const auto balance = credits->to_number<double>();
    observer_.balance(balance);
    co_return balance;
}

Task<Result<boost::json::object>> BflClient::finetunes() {
    auto request = requestTo("GET", {}, options_.poll_timeout);
    return account("/v1/my_finetunes", std::move(request));
}

Task<Result<boost::json::object>> BflClient::finetuneDetails(std::string finetune_id) {
    auto request =
        requestTo("GET", "?finetune_id=" + percentEncode(finetune_id), options_.poll_timeout);
    return account("/v1/finetune_details", std::move(request));
}

Task<Result<boost::json::object>> BflClient::deleteFinetune(std::string finetune_id) {
    auto request = requestTo("POST", {}, options_.poll_timeout);
    request.headers.emplace_back("content-type", "application/json");
    request.body = share(boost::json::serialize(boost::json::object{{"finetune_id", finetune_id}}));
    return account("/v1/delete_finetune", std::move(request));
}

Task<Result<boost::json::object>> BflClient::account(std::string path, HttpRequest request) {
    const auto base = hosts_.baseFor(*contract::Contract::bfl().find(path));
    if (!base)
        co_return failure(ErrorCode::ValidationFailed,
                          fmt::format("{} is not offered in the pinned region", path));
    const auto since = std::chrono::steady_clock::now();
    request.url = *base + path + request.url;
    std::function<bfl::Judged<boost::json::object>(const bfl::Answer&)> judge =
        [this](const bfl::Answer& answer) { return bfl::judgeAccount(answer, clock_.now()); };
    const std::stop_token never;
    auto object = co_await repeat<boost::json::object>(std::move(request), std::move(judge), never);
    std::optional<ErrorCode> failed;
    if (!object) failed = object.error().code;
    noteCall(path, ProviderCall::Account, failed, since);
    co_return object;
}

}  // namespace atelier
