#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "domain/error.h"
#include "http/schema.h"

namespace atelier::http {

/// Who may call an operation.
enum class Access {
    Anyone,
    User,
    Admin,
    Metrics,  ///< an admin, or whoever has the metrics token
};

struct Parameter {
    enum class Place { Path, Query, Header };
    enum class Type { Text, Whole, Real, Flag };

    std::string name;  ///< of a header: in lower case
    Place place = Place::Query;
    Type type = Type::Text;
    bool required = false;
    std::shared_ptr<const Schema> schema;
    boost::json::value fallback;  ///< the schema's default; null: none
};

/// One operation of the document, ready for use.
struct Operation {
    std::string id;
    std::string method;  ///< `GET`
    std::string path;    ///< `/models/{modelId}`
    Access access = Access::User;
    bool only_reads = false;  ///< the scope `read` is enough, as for every GET
    std::vector<Parameter> parameters;
    std::map<std::string, std::shared_ptr<const Schema>>
        bodies;  ///< by media type; empty: takes no body
    bool body_required = false;
    bool uploads = false;           ///< the body limit is the upload limit
    bool counts_as_upload = false;  ///< limited as an upload too, see RateLimits
    std::vector<std::string>
        produces;  ///< media types of successful answers; empty: none has a body
};

/// api/openapi.yaml, loaded once. Immutable and thread-safe.
class Document {
  public:
    /// Errors: Internal (what is wrong with the document and where).
    static Result<Document> read(const boost::json::value& document);
    static Result<Document> parse(std::string_view json);
    /// The one the program was built with, as JSON: reading YAML would take a fifth of the time to
    /// start.
    static std::string_view embedded();

    const std::vector<Operation>& operations() const { return operations_; }
    /// The whole document as JSON text.
    const std::string& json() const { return json_; }

  private:
    std::vector<Operation> operations_;
    std::string json_;
};

}  // namespace atelier::http
