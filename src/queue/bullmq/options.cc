#include "queue/bullmq/options.h"

#include <fmt/format.h>

#include "queue/bullmq/msgpack.h"

namespace atelier::bullmq {
namespace {

constexpr char kInt32 = '\xd2';
constexpr auto kJobName = "atelier";

std::int64_t millis(Instant at) {
    return at.time_since_epoch().count();
}

}  // namespace

std::string packAddArgs(const std::string& base, const std::string& job, Instant now) {
    Packer packer;
    packer.array(10).text(base).text(job).text(kJobName).integer(millis(now));
    for (int i = 0; i < 6; ++i) packer.nil();  // parents, scheduler, deduplication: none
    return packer.take();
}

std::string packAddOptions(const std::string& job, Millis delay, Instant now) {
    Packer packer;
    packer.map(delay > Millis{0} ? 5 : 4);
    packer.text("jobId")
        .text(job)
        .text("attempts")
        .integer(0)
        .text("timestamp")
        .integer(millis(now));
    if (delay > Millis{0}) packer.text("delay").integer(delay.count());
    packer.text("priority");
    return packer.take() + kInt32;
}

std::string packFetchOptions(const std::string& token, Millis lock, const std::string& worker) {
    Packer packer;
    packer.map(3)
        .text("token")
        .text(token)
        .text("lockDuration")
        .integer(lock.count())
        .text("name")
        .text(worker);
    return packer.take();
}

std::string packFinishOptions(const std::string& token, std::optional<Keep> keep, Millis lock,
                              const std::string& worker) {
    Packer packer;
    packer.map(10)
        .text("token")
        .text(token)
        .text("lockDuration")
        .integer(lock.count())
        .text("name")
        .text(worker);
    packer.text("keepJobs");
    if (keep) {
        packer.map(2).text("age").integer(keep->age_s).text("count").integer(keep->count);
    } else {
        packer.map(1).text("count").integer(-1);
    }
    packer.text("attempts").integer(0).text("maxMetricsSize").text("");
    for (const auto* flag : {"fpof", "cpof", "idof", "rdof"}) packer.text(flag).boolean(false);
    return packer.take();
}

std::string packTexts(const std::vector<std::string>& texts) {
    Packer packer;
    packer.array(static_cast<std::uint32_t>(texts.size()));
    for (const auto& text : texts) packer.text(text);
    return packer.take();
}

std::string jobData(const std::string& job, const std::string& user) {
    return fmt::format(R"({{"jobId":"{}","userId":"{}"}})", job, user);
}

}  // namespace atelier::bullmq
