#include "emulator/faults.h"

#include <algorithm>

#include "util/json.h"

namespace atelier::emulator {

Moment momentOf(FaultKind kind) {
    switch (kind) {
        case FaultKind::Status:
        case FaultKind::Latency:
        case FaultKind::Reset:
        case FaultKind::Truncate:
        case FaultKind::Hang:
            return Moment::Answer;
        case FaultKind::ModerateInput:
        case FaultKind::ModerateOutput:
        case FaultKind::Error:
        case FaultKind::DropWebhook:
        case FaultKind::DuplicateWebhook:
        case FaultKind::LateWebhook:
            return Moment::Submit;
        case FaultKind::LoseTask:
        case FaultKind::UnknownStatus:
        case FaultKind::ExpireDelivery:
            return Moment::Poll;
    }
    return Moment::Answer;
}

namespace {

bool fitsPath(const Fault& fault, std::string_view path) {
    return fault.match.endpoint.empty() || path == fault.match.endpoint ||
           path.starts_with(fault.match.endpoint + "/");
}

bool fits(const Fault& fault, const FaultSubject& subject) {
    const auto& match = fault.match;
    return (match.method.empty() || subject.method == match.method) &&
           (match.prompt.empty() || subject.text.contains(match.prompt)) &&
           (fitsPath(fault, subject.path) ||
            (!subject.endpoint.empty() && fitsPath(fault, subject.endpoint)));
}

Result<Fault> readFault(const boost::json::value& from) {
    Fault fault;
    if (auto done = json::decode(from, fault); !done)
        return failure(ErrorCode::ValidationFailed,
                       done.error().pointer + ": " + done.error().message);
    const auto* fields = from.if_object();
    if (fields == nullptr || !fields->contains("fault"))
        return failure(ErrorCode::ValidationFailed, "/fault: required");
    if (fault.times == 0 || fault.times < -1)
        return failure(ErrorCode::ValidationFailed, "/times: at least 1, or -1 for ever");
    return fault;
}

}  // namespace

Result<> FaultList::add(const boost::json::value& body) {
    boost::json::array one;
    if (!body.is_array()) one.push_back(body);
    std::vector<Fault> added;
    for (const auto& item : body.is_array() ? body.get_array() : one) {
        auto fault = readFault(item);
        if (!fault) return failure(std::move(fault.error()));
        added.push_back(std::move(*fault));
    }
    const std::lock_guard lock{mutex_};
    std::ranges::move(added, std::back_inserter(faults_));
    return {};
}

void FaultList::clear() {
    const std::lock_guard lock{mutex_};
    faults_.clear();
}

boost::json::value FaultList::list() const {
    const std::lock_guard lock{mutex_};
    return json::encode(faults_);
}

template <class Fits>
std::optional<Fault> FaultList::take(Fits fits) {
    const std::lock_guard lock{mutex_};
    const auto found = std::ranges::find_if(faults_, fits);
    if (found == faults_.end()) return std::nullopt;
    auto fault = *found;
    if (found->times > 0 && --found->times == 0) faults_.erase(found);
    return fault;
}

std::optional<Fault> FaultList::takeForAnswer(const FaultSubject& request) {
    return take([&](const Fault& fault) {
        return momentOf(fault.fault) == Moment::Answer && fits(fault, request);
    });
}

std::vector<Fault> FaultList::takeForTask(const FaultSubject& submit) {
    std::vector<Fault> taken;
    const auto wanted = [&](const Fault& fault) {
        const bool again = std::ranges::find(taken, fault.fault, &Fault::fault) != taken.end();
        return momentOf(fault.fault) == Moment::Submit && !again && fits(fault, submit);
    };
    while (auto fault = take(wanted)) taken.push_back(std::move(*fault));
    return taken;
}

std::optional<Fault> FaultList::takeForPoll(const FaultSubject& poll, bool ready) {
    return take([&](const Fault& fault) {
        if (momentOf(fault.fault) != Moment::Poll) return false;
        if (fault.fault == FaultKind::ExpireDelivery && !ready) return false;
        return fits(fault, poll);
    });
}

bool FaultList::empty() const {
    const std::lock_guard lock{mutex_};
    return faults_.empty();
}

}  // namespace atelier::emulator
