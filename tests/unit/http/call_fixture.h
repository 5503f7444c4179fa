#pragma once

#include <drogon/HttpRequest.h>

#include "http/call.h"
#include "yaml_document.h"

namespace atelier::http {

/// A call of one operation of a small document.
class CallFixture {
  public:
    explicit CallFixture(std::string_view yaml) : document_{documentFrom(yaml).value()} {
        call.request = drogon::HttpRequest::newHttpRequest();
        call.operation = &document_.operations().front();
    }

    Call call;

  private:
    const Document document_;
};

}  // namespace atelier::http
