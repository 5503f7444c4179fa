#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

namespace atelier::http {

enum class CheckStatus { Ok, Warning, Failure };
BOOST_DESCRIBE_ENUM(CheckStatus, Ok, Warning, Failure)

/// One thing the service needs, and whether it is there. Any failure makes the service not ready.
struct ReadinessCheck {
    std::string name;
    CheckStatus status = CheckStatus::Ok;
    std::optional<std::string> detail;
};
BOOST_DESCRIBE_STRUCT(ReadinessCheck, (), (name, status, detail))

enum class ReadinessStatus { Ready, NotReady };
BOOST_DESCRIBE_ENUM(ReadinessStatus, Ready, NotReady)

struct ReadinessView {
    ReadinessStatus status = ReadinessStatus::Ready;
    std::vector<ReadinessCheck> checks;
};
BOOST_DESCRIBE_STRUCT(ReadinessView, (), (status, checks))

}  // namespace atelier::http
