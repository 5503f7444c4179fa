#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include "bfl/hosts.h"
#include "bfl/replies.h"
#include "bfl/task_table.h"
#include "bfl/webhook.h"

// Whatever the provider, or a proxy in its place, answers: a known outcome, and nothing
// in what clients may see but one short line of printable text.

namespace {

using namespace atelier;

void require(bool promise) {
    if (!promise) std::abort();
}

template <class T>
void requireShowable(const Result<T>& result) {
    if (result) return;
    const auto& detail = result.error().detail;
    require(!detail.empty() && detail.size() < 8'000);
    require(std::ranges::all_of(detail, [](unsigned char c) { return c >= ' ' && c <= '~'; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::array kStatuses = {200, 202, 204, 302, 400, 402, 403,
                                      404, 408, 422, 429, 500, 503};
    if (size < 1) return 0;
    const std::string text{reinterpret_cast<const char*>(data + 1), size - 1};
    const HttpResponse response{
        kStatuses[data[0] % kStatuses.size()], {{"retry-after", text}}, text};
    const bfl::Answer answer{response};

    const auto submitted = bfl::judgeSubmit(answer, Instant{});
    requireShowable(submitted.result);
    if (submitted.result) require(!submitted.result->task_id.empty());
    if (submitted.repeat) require(response.status == 429);

    const auto polled = bfl::judgePoll(answer, Instant{}, [](std::string_view) {});
    requireShowable(polled.result);
    if (polled.result && polled.result->state == TaskReport::State::Ready)
        require(bfl::originOf(polled.result->sample_url).has_value());

    requireShowable(bfl::judgeDownload(answer).result);
    requireShowable(bfl::judgeAccount(answer, Instant{}).result);
    bfl::taskIdOf(text);
    if (const auto origin = bfl::originOf(text)) require(bfl::originOf(origin->str()) == origin);

    const auto hint = BflWebhook{}.verify({{"x-webhook-secret", "s"}}, text, "s");
    requireShowable(hint);
    if (hint) require(!hint->task_id.empty());
    return 0;
}
