#pragma once

#include <boost/json/object.hpp>

#include "domain/error.h"

namespace atelier::bfl {

/// What a 4xx to a submit or an account request means. `body` is empty when it was
/// not a JSON object.
Error refusal(int status, const boost::json::object& body);

/// A task or request that moderation ended, with the reasons the provider gives.
Error moderated(ErrorCode code, const boost::json::object& body);

/// A task that ended in `Error`.
Error processingFailed(const boost::json::object& body);

}  // namespace atelier::bfl
