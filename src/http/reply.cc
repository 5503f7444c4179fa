#include "http/reply.h"

#include <boost/json.hpp>

namespace atelier::http {

drogon::HttpResponsePtr jsonReply(int status, const boost::json::value& body) {
    auto response = drogon::HttpResponse::newHttpResponse();
    response->setStatusCode(static_cast<drogon::HttpStatusCode>(status));
    response->setContentTypeCode(drogon::CT_APPLICATION_JSON);
    response->setBody(boost::json::serialize(body));
    return response;
}

drogon::HttpResponsePtr emptyReply() {
    auto response = drogon::HttpResponse::newHttpResponse();
    response->setStatusCode(drogon::k204NoContent);
    response->setContentTypeCode(drogon::CT_NONE);
    return response;
}

}  // namespace atelier::http
