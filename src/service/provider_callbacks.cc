#include "service/provider_callbacks.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "util/encoding.h"

namespace atelier {
namespace {

/// `<job id>.<sample index>.<step>.<the job's own token>`
struct CallbackToken {
    JobId job;
    std::int64_t index = 0;
    std::int64_t step = 0;
    std::string secret_part;
};

/// The part before the next dot; `token` goes on behind it.
std::optional<std::string_view> takePart(std::string_view& token) {
    const auto dot = token.find('.');
    if (dot == token.npos) return std::nullopt;
    const auto part = token.substr(0, dot);
    token.remove_prefix(dot + 1);
    return part;
}

std::optional<std::int64_t> takeNumber(std::string_view& token) {
    const auto part = takePart(token);
    if (!part) return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(part->data(), part->data() + part->size(), number);
    if (error != std::errc{} || end != part->data() + part->size()) return std::nullopt;
    return number;
}

std::optional<CallbackToken> parseToken(std::string_view token) {
    const auto id = takePart(token);
    const auto job = id ? JobId::parse(*id) : std::nullopt;
    const auto index = takeNumber(token);
    const auto step = takeNumber(token);
    if (!job || !index || !step) return std::nullopt;
    return CallbackToken{*job, *index, *step, std::string{token}};
}

std::unexpected<Error> unknownToken() {
    return failure(ErrorCode::NotFound, "no job waits for this");
}

}  // namespace

std::string ProviderCallbacks::secretOf(std::string_view token) const {
    return toBase64Url(hmacSha256(parts_.secret, fmt::format("provider webhook\n{}", token)));
}

std::pair<std::string, std::string> ProviderCallbacks::addressFor(const Job& job,
                                                                  std::int64_t index) const {
    const auto step = job.samples[static_cast<std::size_t>(index)].step;
    const auto token = fmt::format("{}.{}.{}.{}", job.id.str(), index, step, job.webhook_token);
    return {fmt::format("{}/hooks/bfl/{}", parts_.links.baseUrl(), token), secretOf(token)};
}

Task<Result<>> ProviderCallbacks::receive(std::string token,
                                          std::map<std::string, std::string> headers, Bytes body) {
    const auto parsed = parseToken(token);
    if (!parsed) co_return unknownToken();
    auto hint = parts_.webhook.verify(headers, body, secretOf(token));
    if (!hint) co_return failure(std::move(hint.error()));
    if (!hint->ended) co_return Result<>{};
    const Place place{parsed->job, parsed->index, parsed->step};
    auto noted = co_await note(place, parsed->secret_part, hint->task_id);
    co_return noted;
}

Task<Result<>> ProviderCallbacks::note(Place place, std::string job_token, std::string task_id) {
    for (;;) {
        auto found = co_await parts_.jobs.findJob(place.job);
        if (!found) co_return failure(std::move(found.error()));
        if (!*found || !equalInConstantTime((*found)->webhook_token, job_token))
            co_return unknownToken();
        Job job = std::move(**found);
        if (place.index < 0 || place.index >= static_cast<std::int64_t>(job.samples.size()))
            co_return unknownToken();
        auto& sample = job.samples[static_cast<std::size_t>(place.index)];
        if (place.step != sample.step) co_return Result<>{};  // late: that step is over
        if (sample.task_id && *sample.task_id != task_id) co_return unknownToken();
        if (isTerminal(job.status) || isTerminal(sample.status) || sample.webhook_seen)
            co_return Result<>{};

        sample.webhook_seen = true;
        const bool adopts = !sample.task_id && sample.status == SampleStatus::Submitting;
        if (adopts) {
            // The answer to the submit was lost, or is still on its way: this is our task.
            sample.task_id = task_id;
            sample.polling_url = parts_.provider.pollingUrl(task_id);
            sample.submitted_at = parts_.clock.now();
            sample.status = SampleStatus::Generating;
        }
        auto saved = co_await parts_.jobs.updateJob(job);
        if (!saved && saved.error().code == ErrorCode::Conflict) continue;
        if (!saved) co_return failure(std::move(saved.error()));
        if (adopts && parts_.adopted) parts_.adopted(job, sample);
        parts_.events.publish(place.job);
        co_return Result<>{};
    }
}

}  // namespace atelier
