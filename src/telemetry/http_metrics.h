#pragma once

#include <chrono>
#include <memory>

namespace atelier {

/// The metrics of one route. Thread-safe; no allocation and no lookup after the first request with
/// a status.
class HttpRouteMetrics {
  public:
    struct Parts;
    explicit HttpRouteMetrics(std::unique_ptr<Parts> parts);
    ~HttpRouteMetrics();

    void begin();
    /// After `begin`, once.
    void end(int status, std::chrono::nanoseconds took);

  private:
    std::unique_ptr<Parts> parts_;
};

}  // namespace atelier
