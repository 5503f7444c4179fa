#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <drogon/HttpRequest.h>
#include <drogon/HttpResponse.h>

namespace atelier::http {

/// Which web pages of other origins may use the API from a browser (Fetch standard, CORS).
/// Immutable, thread-safe.
class Cors {
  public:
    /// Origins as browsers send them (`https://shop.example`), or `*`.
    explicit Cors(std::vector<std::string> origins) : origins_{std::move(origins)} {}

    /// True for a preflight request, which is answered by `preflight` whatever the path.
    static bool isPreflight(const drogon::HttpRequestPtr& request);
    drogon::HttpResponsePtr preflight(const drogon::HttpRequestPtr& request,
                                      std::string_view allow) const;
    /// Adds what an answer needs to be readable for the page that asked.
    void apply(const drogon::HttpRequestPtr& request,
               const drogon::HttpResponsePtr& response) const;

  private:
    bool allows(const std::string& origin) const;

    const std::vector<std::string> origins_;
};

}  // namespace atelier::http
