#include "store/mongo/errors.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <mongoc/mongoc.h>

namespace atelier::mongo {
namespace {

// Source of the server's codes: src/mongo/base/error_codes.yml of MongoDB.
constexpr std::uint32_t kUnauthorized = 13;
constexpr std::uint32_t kAuthenticationFailed = 18;
constexpr std::array<std::uint32_t, 3> kDuplicate{11000, 11001, 12582};
/// BadValue, FailedToParse, TypeMismatch, BSONObjectTooLarge.
constexpr std::array<std::uint32_t, 4> kOurMistake{2, 9, 14, 10334};

bool isServer(const bson_error_t& error) {
    return error.domain == MONGOC_ERROR_SERVER || error.domain == MONGOC_ERROR_WRITE_CONCERN ||
           error.domain == MONGOC_ERROR_COMMAND;
}

bool isRefusedLogin(const bson_error_t& error) {
    return (error.domain == MONGOC_ERROR_CLIENT &&
            error.code == MONGOC_ERROR_CLIENT_AUTHENTICATE) ||
           (isServer(error) && error.code == kAuthenticationFailed);
}

Error notReady(std::string detail, const bson_error_t& error) {
    return Error{ErrorCode::NotReady, std::move(detail)}.because(error.message);
}

}  // namespace

bool isDuplicate(const bson_error_t& error) {
    return isServer(error) && std::ranges::find(kDuplicate, error.code) != kDuplicate.end();
}

Error toError(const bson_error_t& error) {
    const bool ours =
        error.domain == MONGOC_ERROR_BSON ||
        (isServer(error) && std::ranges::find(kOurMistake, error.code) != kOurMistake.end());
    if (ours)
        return Error{ErrorCode::Internal, "the database refuses a document"}.because(error.message);
    auto out = notReady("the database does not answer", error);
    if (isRefusedLogin(error)) out.detail = "the database refuses our login";
    if (isServer(error) && error.code == kUnauthorized)
        out.detail = "the database does not permit this: its user needs the role readWrite";
    out.retry_after = Millis{1'000};
    return out;
}

Error toStartError(const bson_error_t& error, const std::string& hosts) {
    if (isRefusedLogin(error)) {
        return notReady(fmt::format("MongoDB at {} refuses the user name or the password in "
                                    "MONGODB_URI (a user of another database needs ?authSource=)",
                                    hosts),
                        error);
    }
    if (error.domain == MONGOC_ERROR_PROTOCOL &&
        error.code == MONGOC_ERROR_PROTOCOL_BAD_WIRE_VERSION) {
        return notReady(fmt::format("MongoDB at {} is too old or too new for this program: 4.4 and "
                                    "later will do",
                                    hosts),
                        error);
    }
    if (isServer(error)) return toError(error);
    return notReady(fmt::format("MongoDB at {} cannot be reached: check MONGODB_URI and that the "
                                "server runs",
                                hosts),
                    error);
}

}  // namespace atelier::mongo
