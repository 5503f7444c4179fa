#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>
#include <boost/json/object.hpp>

#include "domain/error.h"

namespace atelier::emulator {

enum class FaultKind {
    // Any answer
    Status,    ///< `status`, `body`, `contentType`, `headers` instead of the right answer
    Latency,   ///< the right answer, `latencyMs` later
    Reset,     ///< TCP RST
    Truncate,  ///< the right headers, half the body (or `bytes` of it), then the connection ends
    Hang,      ///< no answer ever
    // A task, chosen at its submit
    ModerateInput,
    ModerateOutput,
    Error,
    DropWebhook,
    DuplicateWebhook,
    LateWebhook,  ///< by `latencyMs`
    // A poll
    LoseTask,        ///< Task not found
    UnknownStatus,   ///< `statusText`, else "Warming Up"
    ExpireDelivery,  ///< the link of a ready task is already expired
};
BOOST_DESCRIBE_ENUM(FaultKind, Status, Latency, Reset, Truncate, Hang, ModerateInput,
                    ModerateOutput, Error, DropWebhook, DuplicateWebhook, LateWebhook, LoseTask,
                    UnknownStatus, ExpireDelivery)

/// What a fault is looked for at.
enum class Moment { Answer, Submit, Poll };
Moment momentOf(FaultKind kind);

/// Which requests a fault befalls; empty fields match all.
struct FaultMatch {
    std::string endpoint;  ///< path, or its beginning: `/v1/get_result`, `/results`; for faults of
                           ///< a poll also the task's
    std::string method;
    std::string prompt;  ///< a part of the task's prompt; of a submit, of its body as it came
};
BOOST_DESCRIBE_STRUCT(FaultMatch, (), (endpoint, method, prompt))

struct Fault {
    FaultMatch match;
    int times = 1;  ///< -1: until deleted
    FaultKind fault = FaultKind::Status;
    /// Of a submit: break the answer after the task was taken, not before.
    bool after = false;
    int status = 500;
    std::optional<std::string> body;
    std::optional<std::string> body_base64;  ///< for bodies that are not text
    std::string content_type = "application/json";
    boost::json::object headers;
    std::int64_t latency_ms = 2'000;
    std::optional<std::int64_t> bytes;
    std::string status_text = "Warming Up";
    std::vector<std::string> reasons{"Content"};  ///< of moderation
};
BOOST_DESCRIBE_STRUCT(Fault, (),
                      (match, times, fault, after, status, body, body_base64, content_type, headers,
                       latency_ms, bytes, status_text, reasons))

/// What a request is about, to look for its fault.
struct FaultSubject {
    std::string_view method;
    std::string_view path;
    std::string_view text;  ///< body of a submit, prompt of the task that is polled or delivered
    std::string_view endpoint;  ///< of the task that is polled
};

/// The faults that wait for their request, first come first served. Thread-safe.
class FaultList {
  public:
    /// From the body of POST /_emulator/faults: one fault or an array of them.
    /// Errors: ValidationFailed.
    Result<> add(const boost::json::value& body);
    void clear();
    boost::json::value list() const;

    /// The next fault for an answer to this request, used up by one.
    std::optional<Fault> takeForAnswer(const FaultSubject& request);
    /// All faults for a task submitted here, each used up by one.
    std::vector<Fault> takeForTask(const FaultSubject& submit);
    /// The next fault for a poll; `ready`: its link is about to be given out.
    std::optional<Fault> takeForPoll(const FaultSubject& poll, bool ready);
    bool empty() const;

  private:
    template <class Fits>
    std::optional<Fault> take(Fits fits);

    mutable std::mutex mutex_;
    std::vector<Fault> faults_;  // guarded by mutex_
};

}  // namespace atelier::emulator
