#pragma once

#include <string>

#include <mongoc/mongoc.h>

namespace atelier::test {

/// A fresh database on the MongoDB of the tests (ATELIER_TEST_MONGODB_URI), dropped when the object
/// dies.
class MongoDatabase {
  public:
    MongoDatabase();
    ~MongoDatabase();
    MongoDatabase(const MongoDatabase&) = delete;
    MongoDatabase& operator=(const MongoDatabase&) = delete;

    /// With `options` such as `socketTimeoutMS=200` added.
    std::string uri(const std::string& options = "") const;
    /// Runs a command given as JSON, as `{"insert": "jobs", "documents": [{}]}`; false when it
    /// fails.
    bool command(const std::string& json);

  private:
    std::string server_;
    std::string name_;
    mongoc_client_t* client_;
};

/// The address of that server, empty when there is none.
std::string mongoServer();

}  // namespace atelier::test
