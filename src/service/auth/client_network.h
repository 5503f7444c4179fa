#pragma once

#include <string>

namespace atelier {

/// What stands for one client where attempts are counted by address: an IPv4 address itself, of an
/// IPv6 address the /64 that its holder chooses freely from. Anything else stands for itself.
std::string clientNetwork(const std::string& address);

}  // namespace atelier
