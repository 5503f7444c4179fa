#include "emulator/wire.h"

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace atelier::emulator {

Reply jsonReply(int status, const boost::json::value& body) {
    Reply reply;
    reply.status = status;
    reply.body = share(boost::json::serialize(body));
    return reply;
}

Reply detailReply(int status, std::string_view text) {
    return jsonReply(status, {{"detail", text}});
}

Reply detailReply(int status, boost::json::array violations) {
    boost::json::object body;
    body.emplace("detail", std::move(violations));
    return jsonReply(status, std::move(body));
}

Reply storageError(int status, std::string_view code, std::string_view message) {
    Reply reply;
    reply.status = status;
    reply.content_type = "application/xml";
    reply.headers.emplace_back("x-ms-error-code", code);
    reply.body = share(
        fmt::format("\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{}</Code>"
                    "<Message>{}</Message></Error>",
                    code, message));
    return reply;
}

}  // namespace atelier::emulator
