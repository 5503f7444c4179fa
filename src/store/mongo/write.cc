#include "store/mongo/write.h"

namespace atelier::mongo {

namespace bj = boost::json;

void append(bson_t* out, std::string_view key, const bj::object& v) {
    bson_t fields;
    bson_append_document_begin(out, key.data(), detail::lengthOf(key), &fields);
    for (const auto& [name, item] : v) append(&fields, escapeKey(name), item);
    bson_append_document_end(out, &fields);
}

void append(bson_t* out, std::string_view key, const bj::value& v) {
    switch (v.kind()) {
        case bj::kind::null:
            return append(out, key, nullptr);
        case bj::kind::bool_:
            return append(out, key, v.get_bool());
        case bj::kind::int64:
            return append(out, key, v.get_int64());
        case bj::kind::uint64:  // beyond int64, which is all that BSON has
            return append(out, key, static_cast<double>(v.get_uint64()));
        case bj::kind::double_:
            return append(out, key, v.get_double());
        case bj::kind::string:
            return append(out, key, std::string_view{v.get_string()});
        case bj::kind::object:
            return append(out, key, v.get_object());
        case bj::kind::array: {
            bson_t items;
            bson_append_array_begin(out, key.data(), detail::lengthOf(key), &items);
            std::size_t i = 0;
            for (const auto& item : v.get_array()) append(&items, std::to_string(i++), item);
            bson_append_array_end(out, &items);
            return;
        }
    }
}

}  // namespace atelier::mongo
