#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "domain/error.h"
#include "util/bytes.h"
#include "util/task.h"
#include "util/time.h"

namespace atelier {

/// One picture to be made. `parameters` are the provider's own scalar fields
/// (snake_case); `images` its image fields by name, encoded JPEG, PNG or WebP.
struct ProviderRequest {
    std::string endpoint;  ///< path, e.g. `/v1/flux-pro-1.0-fill`
    boost::json::object parameters;
    std::map<std::string, SharedBytes> images;
    std::string webhook_url;  ///< empty: poll only
    std::string webhook_secret;
    std::string user;  ///< whose turn it is, for fairness between users
    /// Goes with a task that is active already and is only polled once this one is submitted, too:
    /// does not wait until others end, lest all wait for each other.
    bool goes_on = false;
    /// Awaited right before each time that the request goes out, the place for the task being
    /// there: writes down that it may be taken from now on. An error ends the submit with that
    /// error, and nothing goes out. Absent: nothing to write.
    std::function<Task<Result<>>()> before_send;
};

/// The provider took the task.
struct Submission {
    std::string task_id;
    std::string polling_url;
    std::optional<double> cost;  ///< credits
};

/// What a poll said.
struct TaskReport {
    enum class State { Running, Ready, Gone };
    State state = State::Running;
    std::optional<double> progress;  ///< 0…1
    std::string sample_url;          ///< when Ready
    std::optional<std::int64_t> seed;
    boost::json::object result;  ///< the provider's result object, when Ready
};

/// What the provider takes as a picture. Beyond it, pictures are refused or shrunk by the provider
/// itself.
struct PictureRules {
    std::int64_t max_pixels = 0;
    std::size_t max_bytes = 0;
    bool takes_url = false;  ///< instead of the picture, in `parameters`
};

/// The image provider's API. Thread-safe; never blocks. Retries inside are only
/// those that cannot cost twice (bfl-api.md §4); policy above that is the caller's.
class ImageProvider {
  public:
    virtual ~ImageProvider() = default;

    /// Checks `request` against the provider's contract without sending it.
    /// Errors: ValidationFailed (field, limit), ProviderEndpointRemoved.
    virtual Result<> validate(const ProviderRequest& request) const = 0;

    /// Of the image field `field` of `endpoint`; an endpoint or field there is none of takes
    /// nothing.
    virtual PictureRules pictureRules(const std::string& endpoint,
                                      const std::string& field) const = 0;

    /// Errors: as `validate`; ProviderRejected, ProviderModeratedInput,
    /// ProviderUnauthorized, ProviderCreditsExhausted, ProviderBusy (limit of
    /// active tasks), ProviderUnavailable (certainly not taken: safe to submit
    /// again), ProviderAmbiguous (may have been taken: never submit again), Canceled; those of
    /// `before_send`.
    virtual Task<Result<Submission>> submit(ProviderRequest request, std::stop_token stop) = 0;

    /// One poll of the URL that `submit` returned. `Gone` is "Task not found",
    /// to be believed only when repeated.
    /// Errors: ProviderModeratedInput, ProviderModeratedOutput, ProviderFailed
    /// (these end the task), ProviderUnavailable (poll again), ProviderBadAnswer, Canceled.
    virtual Task<Result<TaskReport>> poll(std::string polling_url, std::stop_token stop) = 0;

    /// Fetches a finished picture, without the key. Errors: DeliveryFailed (expired
    /// or unreachable: poll for a fresh link), ProviderBadAnswer (not a picture), Canceled.
    virtual Task<Result<SharedBytes>> download(std::string sample_url, std::stop_token stop) = 0;

    /// The task that `user` submitted to `endpoint` has ended: its slot is free.
    virtual void release(const std::string& task_id) = 0;
    /// This process goes on with a task of `endpoint` that has not ended: it counts as active.
    virtual void adopt(const std::string& task_id, const std::string& endpoint) = 0;
    /// Another process may go on with the task.
    virtual void forget(const std::string& task_id) = 0;

    /// Credits left in the operator's provider account. Errors: as `submit`.
    virtual Task<Result<double>> credits() = 0;

    /// Where to poll a task whose submit reply was lost; otherwise use the one returned.
    virtual std::string pollingUrl(const std::string& task_id) const = 0;

    /// How long this endpoint usually takes until a result is worth asking for.
    virtual Millis typicalLatency(const std::string& endpoint) const = 0;
};

}  // namespace atelier
