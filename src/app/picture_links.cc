#include "app/picture_links.h"

#include "bfl/hosts.h"
#include "net/public_address.h"

namespace atelier {
bool sendsLinks(const Settings& settings) {
    if (settings.bfl.input != BflInput::Url) return false;
    if (settings.bfl.base_url || !settings.bfl.api_key) return true;
    const auto origin = bfl::originOf(settings.http.public_url.value_or(""));
    return origin && net::mayBePublic(origin->host);
}

}  // namespace atelier
