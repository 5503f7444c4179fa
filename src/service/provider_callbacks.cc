#include "service/provider_callbacks.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "util/encoding.h"

namespace atelier {
namespace {

/// `<job id>.<sample index>.<the job's own token>`
struct CallbackToken {
    JobId job;
    std::int64_t index = 0;
    std::string secret_part;
};

std::optional<CallbackToken> parseToken(std::string_view token) {
    const auto first = token.find('.');
    const auto second = token.find('.', first + 1);
    if (first == token.npos || second == token.npos) return std::nullopt;
    const auto job = JobId::parse(token.substr(0, first));
    const auto digits = token.substr(first + 1, second - first - 1);
    CallbackToken out;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.index);
    if (!job || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    out.job = *job;
    out.secret_part = token.substr(second + 1);
    return out;
}

std::unexpected<Error> unknownToken() { return failure(ErrorCode::NotFound, "no job waits for this"); }

}  // namespace

std::string ProviderCallbacks::secretOf(std::string_view token) const {
    return toBase64Url(hmacSha256(parts_.secret, fmt::format("provider webhook\n{}", token)));
}

std::pair<std::string, std::string> ProviderCallbacks::addressFor(const Job& job, std::int64_t index) const {
    const auto token = fmt::format("{}.{}.{}", job.id.str(), index, job.webhook_token);
    return {fmt::format("{}/hooks/bfl/{}", parts_.links.baseUrl(), token), secretOf(token)};
}

Task<Result<>> ProviderCallbacks::receive(std::string token, std::map<std::string, std::string> headers, Bytes body) {
    const auto parsed = parseToken(token);
    if (!parsed) co_return unknownToken();
    auto hint = parts_.webhook.verify(headers, body, secretOf(token));
    if (!hint) co_return failure(std::move(hint.error()));
    if (!hint->ended) co_return Result<>{};
    auto noted = co_await note(parsed->job, parsed->index, parsed->secret_part, hint->task_id);
    co_return noted;
}

Task<Result<>> ProviderCallbacks::note(JobId id, std::int64_t index, std::string job_token, std::string task_id) {
    for (;;) {
        auto found = co_await parts_.jobs.findJob(id);
        if (!found) co_return failure(std::move(found.error()));
        if (!*found || !equalInConstantTime((*found)->webhook_token, job_token)) co_return unknownToken();
        Job job = std::move(**found);
        if (index < 0 || index >= static_cast<std::int64_t>(job.samples.size())) co_return unknownToken();
        auto& sample = job.samples[static_cast<std::size_t>(index)];
        if (sample.task_id && *sample.task_id != task_id) co_return unknownToken();
        if (isTerminal(job.status) || isTerminal(sample.status) || sample.webhook_seen) co_return Result<>{};

        sample.webhook_seen = true;
        if (!sample.task_id && sample.status == SampleStatus::Submitting) {
            // The answer to the submit was lost, or is still on its way: this is our task.
            sample.task_id = task_id;
            sample.polling_url = parts_.provider.pollingUrl(task_id);
            sample.submitted_at = parts_.clock.now();
            sample.status = SampleStatus::Generating;
        }
        auto saved = co_await parts_.jobs.updateJob(std::move(job));
        if (!saved && saved.error().code == ErrorCode::Conflict) continue;
        if (!saved) co_return failure(std::move(saved.error()));
        parts_.events.publish(id);
        co_return Result<>{};
    }
}

}  // namespace atelier
