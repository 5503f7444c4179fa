#include "contract/check.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace atelier::contract {
namespace {

namespace bj = boost::json;

const Endpoint& endpoint(std::string_view path) {
    return *Contract::bfl().find(path);
}

bj::object object(const char* text) {
    return bj::parse(text).as_object();
}

/// What Pydantic 2.13 says of a model with the same fields. The texts were recorded
/// from it, not from this code.
struct Case {
    const char* name;
    const char* path;
    const char* body;
    const char* expected;  ///< array of violations
};

void PrintTo(const Case& each, std::ostream* out) {
    *out << each.name;
}

class CheckTest : public testing::TestWithParam<Case> {};

TEST_P(CheckTest, SaysWhatPydanticSays) {
    bj::array said;
    for (const auto& violation : check(endpoint(GetParam().path), object(GetParam().body)))
        said.push_back(violation.toJson());
    EXPECT_EQ(bj::value(said), bj::parse(GetParam().expected)) << bj::serialize(said);
}

constexpr auto kPro11 = "/v1/flux-pro-1.1";
constexpr auto kUltra = "/v1/flux-pro-1.1-ultra";
constexpr auto kFill = "/v1/flux-pro-1.0-fill";
constexpr auto kFlux3 = "/v1/flux-3-image";
constexpr auto kVto = "/v1/flux-tools/vto-v2";

const Case kCases[] = {
    {"Defaults", kPro11, R"({})", R"([])"},
    {"Missing", kVto, R"({"prompt":"x","person":"p"})",
     R"([{"type":"missing","loc":["body","garment"],"msg":"Field required","input":{"prompt":"x","person":"p"}}])"},
    {"MissingInQuery", "/v1/get_result", R"({})",
     R"([{"type":"missing","loc":["query","id"],"msg":"Field required","input":null}])"},
    {"Maximum", kFill, R"({"image":"a","guidance":101})",
     R"([{"type":"less_than_equal","loc":["body","guidance"],"msg":"Input should be less than or equal to 100","input":101,"ctx":{"le":100.0}}])"},
    {"Minimum", kFill, R"({"image":"a","guidance":1.4999})",
     R"([{"type":"greater_than_equal","loc":["body","guidance"],"msg":"Input should be greater than or equal to 1.5","input":1.4999,"ctx":{"ge":1.5}}])"},
    {"MinimumOfInteger", kPro11, R"({"width":0})",
     R"([{"type":"greater_than_equal","loc":["body","width"],"msg":"Input should be greater than or equal to 256","input":0,"ctx":{"ge":256}}])"},
    {"MultipleBeforeRange", kPro11, R"({"width":100})",
     R"([{"type":"multiple_of","loc":["body","width"],"msg":"Input should be a multiple of 32","input":100,"ctx":{"multiple_of":32}}])"},
    {"SizeZeroIsTooSmallThoughDefault", "/v1/flux-2-pro", R"({"prompt":"x","width":0})",
     R"([{"type":"greater_than_equal","loc":["body","width"],"msg":"Input should be greater than or equal to 64","input":0,"ctx":{"ge":64}}])"},
    {"Enum", kPro11, R"({"output_format":"gif"})",
     R"([{"type":"enum","loc":["body","output_format"],"msg":"Input should be 'jpeg', 'png' or 'webp'","input":"gif","ctx":{"expected":"'jpeg', 'png' or 'webp'"}}])"},
    {"EnumOfWrongType", kPro11, R"({"output_format":1})",
     R"([{"type":"enum","loc":["body","output_format"],"msg":"Input should be 'jpeg', 'png' or 'webp'","input":1,"ctx":{"expected":"'jpeg', 'png' or 'webp'"}}])"},
    {"IntegerText", kPro11, R"({"seed":"abc"})",
     R"([{"type":"int_parsing","loc":["body","seed"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"abc"}])"},
    {"IntegerFraction", kPro11, R"({"seed":5.5})",
     R"([{"type":"int_from_float","loc":["body","seed"],"msg":"Input should be a valid integer, got a number with a fractional part","input":5.5}])"},
    {"IntegerList", kPro11, R"({"seed":[]})",
     R"([{"type":"int_type","loc":["body","seed"],"msg":"Input should be a valid integer","input":[]}])"},
    {"NumberText", kFill, R"({"image":"a","guidance":"abc"})",
     R"([{"type":"float_parsing","loc":["body","guidance"],"msg":"Input should be a valid number, unable to parse string as a number","input":"abc"}])"},
    {"BooleanNumber", kPro11, R"({"prompt_upsampling":2})",
     R"([{"type":"bool_parsing","loc":["body","prompt_upsampling"],"msg":"Input should be a valid boolean, unable to interpret input","input":2}])"},
    {"BooleanNull", kPro11, R"({"prompt_upsampling":null})",
     R"([{"type":"bool_type","loc":["body","prompt_upsampling"],"msg":"Input should be a valid boolean","input":null}])"},
    {"StringNumber", kPro11, R"({"prompt":1})",
     R"([{"type":"string_type","loc":["body","prompt"],"msg":"Input should be a valid string","input":1}])"},
    {"TooShort", kVto, R"({"prompt":"x","person":"p","garment":"g","user":""})",
     R"([{"type":"string_too_short","loc":["body","user"],"msg":"String should have at least 1 character","input":"","ctx":{"min_length":1}}])"},
    {"UrlRelative", kPro11, R"({"webhook_url":"abc"})",
     R"([{"type":"url_parsing","loc":["body","webhook_url"],"msg":"Input should be a valid URL, relative URL without a base","input":"abc","ctx":{"error":"relative URL without a base"}}])"},
    {"UrlScheme", kPro11, R"({"webhook_url":"ftp://a.b/c"})",
     R"([{"type":"url_scheme","loc":["body","webhook_url"],"msg":"URL scheme should be 'http' or 'https'","input":"ftp://a.b/c","ctx":{"expected_schemes":"'http' or 'https'"}}])"},
    {"UrlEmpty", kPro11, R"({"webhook_url":""})",
     R"([{"type":"url_parsing","loc":["body","webhook_url"],"msg":"Input should be a valid URL, input is empty","input":"","ctx":{"error":"input is empty"}}])"},
    {"UrlPort", kPro11, R"({"webhook_url":"http://a:99999/"})",
     R"([{"type":"url_parsing","loc":["body","webhook_url"],"msg":"Input should be a valid URL, invalid port number","input":"http://a:99999/","ctx":{"error":"invalid port number"}}])"},
    {"Ratio", kUltra, R"({"aspect_ratio":"22:9"})",
     R"([{"type":"value_error","loc":["body","aspect_ratio"],"msg":"Value error, Aspect ratio must be between 21:9 and 9:21","input":"22:9","ctx":{"error":{}}}])"},
    {"ExtraForbidden", kFlux3, R"({"prompt":"x","seed":1})",
     R"([{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted","input":1}])"},
    {"ExtraIgnored", kPro11, R"({"aspect_ratio":"4:3"})", R"([])"},
    {"BlankPrompt", kFlux3, R"({"prompt":"  "})",
     R"([{"type":"string_too_short","loc":["body","prompt"],"msg":"String should have at least 1 character","input":"  ","ctx":{"min_length":1}}])"},
    {"UnionOfWrongItem", kFlux3, R"({"prompt":"x","images":[1]})",
     R"([{"type":"string_type","loc":["body","images","str"],"msg":"Input should be a valid string","input":[1]},
         {"type":"string_type","loc":["body","images","list[str]",0],"msg":"Input should be a valid string","input":1}])"},
    {"UnionTooShort", kFlux3, R"({"prompt":"x","images":[]})",
     R"([{"type":"string_type","loc":["body","images","str"],"msg":"Input should be a valid string","input":[]},
         {"type":"too_short","loc":["body","images","list[str]"],"msg":"List should have at least 1 item after validation, not 0","input":[],"ctx":{"field_type":"List","min_length":1,"actual_length":0}}])"},
    {"EveryFieldOneErrorEach", kPro11, R"({"height":"tall","width":2000,"safety_tolerance":7})",
     R"([{"type":"multiple_of","loc":["body","width"],"msg":"Input should be a multiple of 32","input":2000,"ctx":{"multiple_of":32}},
         {"type":"int_parsing","loc":["body","height"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"tall"},
         {"type":"less_than_equal","loc":["body","safety_tolerance"],"msg":"Input should be less than or equal to 6","input":7,"ctx":{"le":6}}])"},
    {"LenientCoercion", kPro11,
     R"({"width":"512","height":512.0,"prompt_upsampling":"yes","seed":" 1_000 ","safety_tolerance":true})",
     R"([])"},
    {"NullWhereNullable", kFill,
     R"({"image":"a","mask":null,"prompt":null,"steps":null,"guidance":null,"seed":null,"webhook_url":null})",
     R"([])"},
};

INSTANTIATE_TEST_SUITE_P(Rules, CheckTest, testing::ValuesIn(kCases),
                         [](const auto& each) { return each.param.name; });

TEST(CoerceTest, ConvertsFillsInAndDrops) {
    const auto fields = coerce(endpoint(kPro11),
                               object(R"({"width":"512","prompt_upsampling":"on","nonsense":1})"));
    EXPECT_EQ(fields.at("width"), 512);
    EXPECT_EQ(fields.at("height"), 768);
    EXPECT_EQ(fields.at("prompt_upsampling"), true);
    EXPECT_EQ(fields.at("output_format"), "jpeg");
    EXPECT_FALSE(fields.contains("nonsense"));
    EXPECT_FALSE(fields.contains("seed"));
}

}  // namespace
}  // namespace atelier::contract
