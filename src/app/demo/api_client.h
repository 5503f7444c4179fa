#pragma once

#include <string>

#include <boost/json.hpp>

#include "domain/error.h"
#include "ports/http_client.h"

namespace atelier {

/// A minimal user of Atelier's own HTTP API, blocking, for the demo.
class ApiClient {
  public:
    ApiClient(HttpClient& http, std::string base_url)
        : http_{http}, base_url_{std::move(base_url)} {}

    void authenticate(std::string token) { token_ = std::move(token); }

    /// The JSON of a 2xx answer; any other answer is an error that quotes it.
    Result<boost::json::value> get(const std::string& path);
    Result<boost::json::value> post(const std::string& path, const boost::json::object& body,
                                    const std::string& prefer = {});
    /// The bytes behind an absolute URL or a path of the API.
    Result<Bytes> fetch(const std::string& path_or_url);

  private:
    Result<Bytes> send(HttpRequest request);

    HttpClient& http_;
    std::string base_url_;
    std::string token_;
};

}  // namespace atelier
