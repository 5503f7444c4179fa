#include "http/parameters.h"

#include "support/matchers.h"
#include "unit/http/call_fixture.h"

namespace atelier::http {
namespace {

using test::failsWith;
using testing::ElementsAre;
using testing::FieldsAre;

constexpr auto kParametersYaml = R"(
paths:
  /things/{thingId}:
    get:
      operationId: getThing
      parameters:
        - { name: thingId, in: path, required: true, schema: { type: string, maxLength: 3 } }
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100, default: 20 } }
        - { name: deep, in: query, schema: { type: boolean } }
        - { name: kind, in: query, required: true, schema: { type: string, enum: [a, b c] } }
        - { name: Prefer, in: header, schema: { type: string, maxLength: 10 } }
      responses: { '200': { description: ok } }
)";

class ParametersTest : public testing::Test, protected CallFixture {
  protected:
    ParametersTest() : CallFixture{kParametersYaml} { call.path_values[0] = "abc"; }
    Result<> readQuery(std::string_view query) {
        call.parameters.clear();
        return readParameters(call, query);
    }
};

TEST_F(ParametersTest, ReadsAndConverts) {
    call.request->addHeader("prefer", "wait=5");
    ASSERT_THAT(readQuery("limit=7&deep=true&kind=b%20c"), test::isOk());
    EXPECT_EQ(call.parameter("limit")->as_int64(), 7);
    EXPECT_TRUE(call.parameter("deep")->as_bool());
    EXPECT_EQ(call.text("kind"), "b c");
    EXPECT_EQ(call.text("thingId"), "abc");
    EXPECT_EQ(call.text("prefer"), "wait=5");
}

TEST_F(ParametersTest, FillsInDefaults) {
    ASSERT_THAT(readQuery("kind=a"), test::isOk());
    EXPECT_EQ(call.parameter("limit")->as_int64(), 20);
    EXPECT_EQ(call.parameter("deep"), nullptr);
}

TEST_F(ParametersTest, NamesEveryWrongOne) {
    const auto read = readQuery("limit=101&deep=maybe&kind=a&extra=1");
    ASSERT_THAT(read, failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(read.error().fields,
                ElementsAre(FieldsAre("limit", "must be a whole number from 1 to 100"),
                            FieldsAre("deep", "must be true or false"),
                            FieldsAre("extra", "is not a known query parameter")));
}

TEST_F(ParametersTest, RefusesOddNumbers) {
    for (const auto* limit : {"", "1.5", "-1", "1e2", "0x10", "9223372036854775808", "abc", " 5"})
        EXPECT_THAT(readQuery(std::string{"kind=a&limit="} + limit),
                    failsWith(ErrorCode::ValidationFailed))
            << limit;
}

TEST_F(ParametersTest, RefusesRepeatedAndMissingOnes) {
    EXPECT_EQ(readQuery("kind=a&kind=a").error().fields.front().message, "is given twice");
    EXPECT_EQ(readQuery("").error().fields.front().message, "is required");
}

TEST_F(ParametersTest, TakesAnImpossibleIdForAMissingObject) {
    call.path_values[0] = "abcd";
    EXPECT_THAT(readQuery("kind=a"), failsWith(ErrorCode::NotFound));
}

}  // namespace
}  // namespace atelier::http
