#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include <boost/describe.hpp>

#include "domain/error.h"

namespace atelier {

enum class ProviderCall { Submit, Poll, Download, Account };
BOOST_DESCRIBE_ENUM(ProviderCall, Submit, Poll, Download, Account)

enum class BreakerState { Closed, HalfOpen, Open };

/// The metrics of one provider endpoint. Thread-safe.
class ProviderMetrics {
  public:
    struct Parts;
    explicit ProviderMetrics(std::unique_ptr<Parts> parts);
    ~ProviderMetrics();

    /// One call ended; no `failure` means it did what it should.
    void call(ProviderCall call, std::optional<ErrorCode> failure, std::chrono::nanoseconds took);
    /// One task ended, `took` after its submission.
    void task(std::chrono::nanoseconds took, int polls);
    void active(int tasks);
    void rateLimited();
    void breaker(BreakerState state);
    /// Credits, as the provider reported them.
    void cost(double credits);

  private:
    std::unique_ptr<Parts> parts_;
};

}  // namespace atelier
