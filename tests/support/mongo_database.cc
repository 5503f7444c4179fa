#include "support/mongo_database.h"

#include <cstdlib>

#include "util/encoding.h"

namespace atelier::test {

std::string mongoServer() {
    const char* uri = std::getenv("ATELIER_TEST_MONGODB_URI");
    return uri == nullptr ? "" : uri;
}

MongoDatabase::MongoDatabase() : server_{mongoServer()}, name_{"atelier_" + toHex(randomBytes(8))} {
    mongoc_init();
    client_ = mongoc_client_new(uri().c_str());
}

MongoDatabase::~MongoDatabase() {
    command(R"({"dropDatabase": 1})");
    mongoc_client_destroy(client_);
}

std::string MongoDatabase::uri(const std::string& options) const {
    return server_ + "/" + name_ + (options.empty() ? "" : "?" + options);
}

bool MongoDatabase::command(const std::string& json) {
    bson_error_t error;
    bson_t* command = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()),
                                         static_cast<ssize_t>(json.size()), &error);
    const bool done =
        command != nullptr &&
        mongoc_client_command_simple(client_, name_.c_str(), command, nullptr, nullptr, &error);
    bson_destroy(command);
    return done;
}

}  // namespace atelier::test
