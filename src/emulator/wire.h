#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "util/bytes.h"

namespace atelier::emulator {

/// A request as the emulated provider sees it.
struct Request {
    std::string method;
    std::string path;
    std::map<std::string, std::string> query;
    std::string origin;  ///< `http://127.0.0.1:41234`: what links in answers start with
    std::string key;     ///< of the header x-key, empty when absent
    std::string content_type;
    SharedBytes body;
};

inline constexpr int kOk = 200;
inline constexpr int kUnprocessable = 422;

/// An answer.
struct Reply {
    int status = kOk;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    SharedBytes body;
};

Reply jsonReply(int status, const boost::json::value& body);
/// FastAPI's `{"detail": …}`.
Reply detailReply(int status, std::string_view text);
Reply detailReply(int status, boost::json::array violations);
/// The storage service's error document.
Reply storageError(int status, std::string_view code, std::string_view message);

}  // namespace atelier::emulator
