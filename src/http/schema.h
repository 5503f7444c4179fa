#pragma once

#include <memory>
#include <vector>

#include <boost/json/value.hpp>

#include "domain/error.h"

namespace atelier::http {

/// A JSON schema (draft 7) compiled for checking. Immutable and thread-safe.
class Schema {
  public:
    /// `source` has no $ref left. Errors: Internal (not a schema).
    static Result<std::shared_ptr<const Schema>> compile(boost::json::value source);
    ~Schema();

    bool accepts(const boost::json::value& value) const;
    /// What is wrong with a value that is not accepted: where (a JSON Pointer below `at`) and what
    /// was expected, with the limits. At most 20 entries, at least one.
    std::vector<FieldError> explain(const boost::json::value& value,
                                    const std::string& at = "") const;

    const boost::json::value& source() const { return source_; }

  private:
    struct Compiled;
    Schema(boost::json::value source, std::unique_ptr<Compiled> compiled);

    boost::json::value source_;
    std::unique_ptr<Compiled> compiled_;
};

}  // namespace atelier::http
