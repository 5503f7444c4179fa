#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <bson/bson.h>

namespace atelier::mongo {

/// One BSON document, owned. A value type; not thread-safe.
class Document {
  public:
    Document() : bson_{bson_new()} {}
    ~Document() { bson_destroy(bson_); }
    Document(Document&& other) noexcept : bson_{std::exchange(other.bson_, nullptr)} {}
    Document& operator=(Document&& other) noexcept {
        std::swap(bson_, other.bson_);
        return *this;
    }
    Document(const Document& other) : bson_{bson_copy(other.bson_)} {}
    Document& operator=(const Document& other) { return *this = Document{other}; }

    /// A copy of one that the driver owns.
    static Document copyOf(const bson_t& bson) { return Document{bson_copy(&bson)}; }

    const bson_t* get() const { return bson_; }
    bson_t* get() { return bson_; }
    bool empty() const { return bson_empty(bson_); }

    /// True, and `at` on the field, when there is one of this name. Dots lead into sub-documents.
    bool find(std::string_view path, bson_iter_t& at) const;
    bool has(std::string_view path) const;

  private:
    explicit Document(bson_t* bson) : bson_{bson} {}

    bson_t* bson_;
};

/// A key that every server stores: what has a meaning in paths and operators, and what BSON cannot
/// hold in a key, is percent-encoded. Keys that clients choose go through this.
std::string escapeKey(std::string_view key);
std::string unescapeKey(std::string_view key);

}  // namespace atelier::mongo
