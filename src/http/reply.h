#pragma once

#include <string>

#include <drogon/HttpResponse.h>

#include "domain/json.h"

namespace atelier::http {

/// An answer with a JSON body.
drogon::HttpResponsePtr jsonReply(int status, const boost::json::value& body);

/// An answer whose body is a view, described in http/views.h.
template <json::Described View>
drogon::HttpResponsePtr jsonReply(int status, const View& view) {
    return jsonReply(status, json::encode(view));
}

/// 204.
drogon::HttpResponsePtr emptyReply();

}  // namespace atelier::http
