#include "blobs/s3/address.h"

#include <algorithm>
#include <cctype>

namespace atelier::s3 {
namespace {

/// `[::1]` or `127.0.0.1`; no top-level domain ends in a digit.
bool isIpAddress(std::string_view name) {
    return name.starts_with('[') ||
           (!name.empty() && std::isdigit(static_cast<unsigned char>(name.back())) != 0);
}

}  // namespace

Address addressOf(const S3Settings& settings) {
    std::string_view rest = *settings.endpoint;
    const auto scheme = rest.substr(0, rest.find("://"));
    rest = rest.substr(scheme.size() + 3);
    std::string authority{rest.substr(0, rest.find('/'))};
    rest.remove_prefix(authority.size());
    while (rest.ends_with('/')) rest.remove_suffix(1);

    std::ranges::transform(authority, authority.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::string_view own_port = scheme == "https" ? ":443" : ":80";
    if (authority.ends_with(own_port)) authority.erase(authority.size() - own_port.size());

    const auto bracket = authority.rfind(']');
    const auto colon = authority.find(':', bracket == std::string::npos ? 0 : bracket);
    const bool in_path =
        settings.path_style || isIpAddress(std::string_view{authority}.substr(0, colon));
    Address address;
    address.host = in_path ? authority : *settings.bucket + "." + authority;
    address.origin = std::string{scheme} + "://" + address.host;
    address.prefix = std::string{rest};
    if (in_path) address.prefix += "/" + *settings.bucket;
    return address;
}

}  // namespace atelier::s3
