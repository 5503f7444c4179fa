#pragma once

#include <memory>
#include <optional>
#include <string>

#include "domain/user.h"

namespace atelier {

/// On whose behalf a use case runs, and under which request id it is logged.
struct Caller {
    std::shared_ptr<const User> user;  ///< null: the operator, from the shell
    std::string request_id;
    std::optional<JobId> job_id{};  ///< that a job taken on now must get
};

}  // namespace atelier
