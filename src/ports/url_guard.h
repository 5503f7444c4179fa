#pragma once

#include <string>

#include "domain/error.h"

namespace atelier {

/// Judges addresses that users give us, before anything is sent there. What a host name leads to is
/// judged later, on the address connected to (`HttpRequest::public_addresses_only`), since it may
/// change in between. Thread-safe; never blocks.
class UrlGuard {
  public:
    virtual ~UrlGuard() = default;

    /// Errors: UrlNotAllowed; the detail says what is wrong with it and never repeats the URL.
    virtual Result<> check(const std::string& url) const = 0;
    /// Where a redirect from `from` to `location`, which may be relative, leads.
    /// Errors: UrlNotAllowed, as for `check`.
    virtual Result<std::string> follow(const std::string& from,
                                       const std::string& location) const = 0;
};

}  // namespace atelier
