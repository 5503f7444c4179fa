#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contract/check.h"
#include "emulator/faults.h"
#include "emulator/input_images.h"
#include "emulator/paint/painter.h"
#include "emulator/task_table.h"
#include "emulator/wire.h"

namespace atelier::emulator {

/// A checked request on its way to become a task.
struct Submission {
    EmulatedTask task;
    paint::Order order;
    std::vector<InputImage> urls;  ///< inputs still to be fetched
    std::optional<double> cost;    ///< credits; empty where the provider publishes none
    double input_mp = 0;
    double output_mp = 0;
};

/// What sizes of canvas rule out: an output above the endpoint's megapixels, an input
/// that does not fit into an outpainting canvas.
std::vector<contract::Violation> checkCanvas(const contract::Endpoint& endpoint,
                                             const boost::json::object& fields,
                                             const InputImages& inputs);

/// `fields` are coerced; `seed` is used when they name none.
Submission prepare(const contract::Endpoint& endpoint, boost::json::object fields,
                   InputImages inputs, std::int64_t seed);

/// Marks `task` with the faults that befall it.
void applyFaults(EmulatedTask& task, const std::vector<Fault>& faults);

/// AsyncResponse, or AsyncWebhookResponse for a task with a webhook.
boost::json::object submitReply(const Submission& submission, bool polling_url_with_webhook);

/// The id in a reply to a submit; empty when it was refused.
std::string taskIdOf(const Reply& reply);

}  // namespace atelier::emulator
