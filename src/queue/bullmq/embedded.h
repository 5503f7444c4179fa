#pragma once

#include <span>
#include <string_view>

namespace atelier::bullmq {

/// The version of the npm package whose scripts are built in; "" when the build had none
/// (scripts/fetch_bullmq).
std::string_view embeddedVersion();
/// The files of its dist/cjs/scripts.
std::span<const std::string_view> embeddedScripts();
/// Its licence, which whoever passes the scripts on must pass on too.
std::string_view embeddedLicence();

}  // namespace atelier::bullmq
