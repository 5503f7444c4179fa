#include "http/schema.h"

#include <gmock/gmock.h>
#include <boost/json.hpp>

namespace atelier::http {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;
using testing::UnorderedElementsAre;

auto fault(std::string pointer, std::string message) {
    return FieldsAre(std::move(pointer), std::move(message));
}

std::vector<FieldError> explain(std::string_view schema, std::string_view value) {
    const auto compiled = Schema::compile(boost::json::parse(schema)).value();
    const auto json = boost::json::parse(value);
    return compiled->accepts(json) ? std::vector<FieldError>{} : compiled->explain(json);
}

constexpr auto kOrder = R"({
    "type": "object", "additionalProperties": false, "required": ["id"],
    "oneOf": [{"required": ["one"]}, {"required": ["many"]}],
    "properties": {
        "id": {"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36},
        "one": {"type": "integer", "minimum": 1, "maximum": 4},
        "many": {"type": "array", "minItems": 1, "maxItems": 2, "uniqueItems": true, "items": {"type": "integer"}},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "size": {"type": "integer", "minimum": 256, "multipleOf": 32},
        "ratio": {"type": "number", "maximum": 1.5},
        "name": {"type": "string", "minLength": 1, "maxLength": 3},
        "flag": {"type": "boolean"},
        "extra": {"type": "object", "maxProperties": 1, "additionalProperties": {"type": "string", "maxLength": 2}}
    }})";
constexpr auto kId = "01938f5e-7c1a-7d4e-9b3a-2f6c8d1e0a47";

std::vector<FieldError> explainOrder(const std::string& fields) {
    return explain(kOrder, R"({"id": ")" + std::string{kId} + "\"" + fields + "}");
}

TEST(Schema, AcceptsWhatFits) {
    EXPECT_THAT(
        explainOrder(
            R"(, "one": 4, "kind": "b", "size": 288, "ratio": -1, "name": "äöü", "extra": {"k": "v"})"),
        ElementsAre());
}

TEST(Schema, MeasuresTextsBeyondANul) {
    const auto at = fault("/name", "must be text from 1 to 3 characters");
    EXPECT_THAT(explainOrder(R"(, "one": 1, "name": "a\u0000\u0000")"), ElementsAre());
    EXPECT_THAT(explainOrder(R"(, "one": 1, "name": "\u0000")"), ElementsAre());
    EXPECT_THAT(explainOrder(R"(, "one": 1, "name": "\u0000abc")"), ElementsAre(at));
    EXPECT_THAT(explainOrder(R"(, "one": 1, "extra": {"k": "\u0000ab"})"),
                ElementsAre(fault("/extra/k", "must be text of at most 2 characters")));
    EXPECT_THAT(explainOrder(R"(, "one": 1, "kind": "a\u0000")"), testing::SizeIs(1));
}

TEST(Schema, LimitsTheNamesOfFields) {
    constexpr auto kNotes = R"({"type": "object", "properties": {"notes": {"type": "object",
        "propertyNames": {"type": "string", "maxLength": 3}, "additionalProperties": {"type": "string"}}}})";
    const auto too_long =
        fault("/notes", "every field's name must be text of at most 3 characters");
    EXPECT_THAT(explain(kNotes, R"({"notes": {"äöü": "", "\u0000ab": "long"}})"), ElementsAre());
    EXPECT_THAT(explain(kNotes, R"({"notes": {"a": "", "long": ""}})"), ElementsAre(too_long));
    EXPECT_THAT(explain(kNotes, R"({"notes": {"a\u0000bc": ""}})"), ElementsAre(too_long));
    EXPECT_THAT(explain(kNotes, R"({"notes": {"long": 1}})"),
                UnorderedElementsAre(too_long, fault("/notes/long", "must be text")));
}

TEST(Schema, NamesMissingAndUnknownFields) {
    EXPECT_THAT(explain(kOrder, R"({"one": 1, "oen/x": 2})"),
                UnorderedElementsAre(fault("/id", "is required"),
                                     fault("/oen~1x", "is not a known field")));
}

TEST(Schema, AFormatDoesNotMatterForWhatIsNoString) {
    constexpr auto kDay =
        R"({"type": "object", "properties": {"day": {"type": "string", "format": "date"}}})";
    EXPECT_EQ(explain(kDay, R"({"day": {"": null}})").size(), 1u);
    EXPECT_EQ(explain(kDay, R"({"day": -3.3e16})").size(), 1u);
}

TEST(Schema, NamesTheChoiceThatWasNotMade) {
    const auto expected = fault("", "exactly one of one, many must be given");
    EXPECT_THAT(explainOrder(""), ElementsAre(expected));
    EXPECT_THAT(explainOrder(R"(, "one": 1, "many": [1])"), ElementsAre(expected));
}

TEST(Schema, SaysLimitsInWords) {
    const struct {
        const char* fields;
        const char* pointer;
        const char* message;
    } cases[] = {
        {R"(, "one": 5)", "/one", "must be a whole number from 1 to 4"},
        {R"(, "one": 1.5)", "/one", "must be a whole number from 1 to 4"},
        {R"(, "one": 9223372036854775808)", "/one", "must be a whole number from 1 to 4"},
        {R"(, "one": "1")", "/one", "must be a whole number from 1 to 4"},
        {R"(, "one": null)", "/one", "must be a whole number from 1 to 4"},
        {R"(, "many": [])", "/many", "must be a list from 1 to 2 items, none twice"},
        {R"(, "many": [1, 1])", "/many", "must be a list from 1 to 2 items, none twice"},
        {R"(, "many": [1, "x"])", "/many/1", "must be a whole number"},
        {R"(, "one": 1, "kind": "c")", "/kind", "must be one of a, b"},
        {R"(, "one": 1, "size": 270)", "/size",
         "must be a whole number of at least 256, a multiple of 32"},
        {R"(, "one": 1, "ratio": 2)", "/ratio", "must be a number of at most 1.5"},
        {R"(, "one": 1, "name": "long")", "/name", "must be text from 1 to 3 characters"},
        {R"(, "one": 1, "flag": 1)", "/flag", "must be true or false"},
        {R"(, "one": 1, "extra": {"a": "b", "c": "d"})", "/extra",
         "must be an object of at most 1 fields"},
        {R"(, "one": 1, "extra": {"a": "long"})", "/extra/a",
         "must be text of at most 2 characters"},
    };
    for (const auto& item : cases)
        EXPECT_THAT(explainOrder(item.fields), ElementsAre(fault(item.pointer, item.message)))
            << item.fields;
}

TEST(Schema, ExplainsAWrongId) {
    EXPECT_THAT(explain(kOrder, R"({"id": "7", "one": 1})"),
                ElementsAre(fault("/id", "must be an id (a UUID of 36 characters)")));
}

TEST(Schema, ExplainsAWrongRoot) {
    EXPECT_THAT(explain(kOrder, "[]"), ElementsAre(fault("", "must be an object")));
}

TEST(Schema, ReportsAtMostTwentyFaults) {
    std::string fields;
    for (int i = 0; i < 100; ++i) fields += ", \"unknown" + std::to_string(i) + "\": 1";
    EXPECT_EQ(explainOrder(fields).size(), 20u);
}

}  // namespace
}  // namespace atelier::http
