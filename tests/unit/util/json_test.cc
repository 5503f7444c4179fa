#include "util/json.h"

#include <gtest/gtest.h>

namespace atelier::json {
namespace {

enum class Colour { DeepBlue, Red };
BOOST_DESCRIBE_ENUM(Colour, DeepBlue, Red)

struct Part {
    std::string name;
    std::optional<int> size;
};
BOOST_DESCRIBE_STRUCT(Part, (), (name, size))

struct Whole {
    Id<struct WholeTag> whole_id;
    Colour main_colour = Colour::Red;
    bool is_old = false;
    double weight = 0;
    std::int64_t big_number = 0;
    Instant made_at{};
    std::vector<Part> parts;
    std::map<std::string, std::int64_t> counts;
    std::optional<Part> spare;
    bj::object extra;
};
BOOST_DESCRIBE_STRUCT(Whole, (),
                      (whole_id, main_colour, is_old, weight, big_number, made_at, parts, counts,
                       spare, extra))

Whole example() {
    Whole whole;
    whole.whole_id = *Id<WholeTag>::parse("0190a2b4-0000-7000-8000-000000000001");
    whole.main_colour = Colour::DeepBlue;
    whole.is_old = true;
    whole.weight = 0.1;
    whole.big_number = 9'007'199'254'740'993;
    whole.made_at = *parseRfc3339("2026-11-23T21:34:20.125Z");
    whole.parts = {{"a \"quoted\" ü", 3}, {"", std::nullopt}};
    whole.counts = {{"x", -1}};
    whole.extra = {{"raw", true}};
    return whole;
}

TEST(JsonTest, WritesCamelCaseWithoutEmptyOptionals) {
    EXPECT_EQ(
        write(example()),
        R"({"wholeId":"0190a2b4-0000-7000-8000-000000000001","mainColour":"deep_blue","isOld":true,"weight":1E-1,)"
        R"("bigNumber":9007199254740993,"madeAt":"2026-11-23T21:34:20.125Z",)"
        R"("parts":[{"name":"a \"quoted\" ü","size":3},{"name":""}],"counts":{"x":-1},"extra":{"raw":true}})");
}

TEST(JsonTest, ReadsWhatItWrote) {
    const auto copy = read<Whole>(write(example()));
    ASSERT_TRUE(copy.has_value());
    EXPECT_EQ(write(*copy), write(example()));
    EXPECT_EQ(copy->big_number, example().big_number);
    EXPECT_EQ(copy->weight, example().weight);
}

TEST(JsonTest, MissingAndUnknownFieldsAreForgiven) {
    const auto whole = read<Whole>(R"({"isOld":true,"invented":1,"spare":null})");
    ASSERT_TRUE(whole.has_value());
    EXPECT_TRUE(whole->is_old);
    EXPECT_EQ(whole->main_colour, Colour::Red);
    EXPECT_FALSE(whole->spare.has_value());
}

TEST(JsonTest, ErrorsSayWhere) {
    const std::pair<const char*, const char*> cases[] = {
        {R"({"parts":[{"name":"a"},{"name":5}]})", "/parts/1/name"},
        {R"({"parts":{}})", "/parts"},
        {R"({"counts":{"x":"1"}})", "/counts/x"},
        {R"({"counts":{"x":1.5}})", "/counts/x"},
        {R"({"bigNumber":9223372036854775808})", "/bigNumber"},
        {R"({"mainColour":"DeepBlue"})", "/mainColour"},
        {R"({"madeAt":"yesterday"})", "/madeAt"},
        {R"({"wholeId":"1"})", "/wholeId"},
        {R"({"isOld":1})", "/isOld"},
        {R"({"extra":[]})", "/extra"},
        {"[]", ""},
    };
    for (const auto& [text, pointer] : cases) {
        const auto whole = read<Whole>(text);
        ASSERT_FALSE(whole.has_value()) << text;
        EXPECT_EQ(whole.error().pointer, pointer) << whole.error().message;
    }
}

TEST(JsonTest, RefusesBrokenAndDeepText) {
    EXPECT_FALSE(parse("{").has_value());
    EXPECT_FALSE(parse("{} {}").has_value());
    EXPECT_FALSE(parse("\"\xff\"").has_value());
    EXPECT_FALSE(parse(std::string(33, '[') + std::string(33, ']')).has_value());
    EXPECT_TRUE(parse(std::string(32, '[') + std::string(32, ']')).has_value());
}

TEST(JsonTest, SaysWhereTextBreaks) {
    const std::pair<std::string, int> cases[] = {{"", 0},      {"{\"a\": 1", 7}, {"{\"a\": x}", 6},
                                                 {"{} {}", 3}, {"[1, 2,]", 6},   {"[1]  ]", 5}};
    for (const auto& [text, at] : cases)
        EXPECT_TRUE(parse(text).error().message.ends_with(" at byte " + std::to_string(at)))
            << text << ": " << parse(text).error().message;
}

TEST(NamesTest, TurnFieldsAndEnumeratorsIntoWireNames) {
    EXPECT_EQ(toCamelCase<16>("credits_left").view(), "creditsLeft");
    EXPECT_EQ(toCamelCase<16>("id").view(), "id");
    EXPECT_EQ(toSnakeCase<16>("UpperBody").view(), "upper_body");
    EXPECT_EQ(nameOf(Colour::DeepBlue), "deep_blue");
    EXPECT_EQ(fromName<Colour>("red"), Colour::Red);
    EXPECT_EQ(fromName<Colour>("green"), std::nullopt);
}

}  // namespace
}  // namespace atelier::json
