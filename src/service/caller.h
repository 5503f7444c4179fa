#pragma once

#include <string>

#include "domain/user.h"

namespace atelier {

/// On whose behalf a use case runs, and under which request id it is logged.
struct Caller {
    User user;
    std::string request_id;
};

}  // namespace atelier
