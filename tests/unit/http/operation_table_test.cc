#include "http/operation_table.h"

#include "support/matchers.h"
#include "yaml_document.h"

namespace atelier::http {
namespace {

using testing::HasSubstr;

constexpr auto kOperationsYaml = R"(
paths:
  /a: { get: { operationId: getA, responses: { '200': { description: ok } } } }
  /b: { get: { operationId: getB, responses: { '200': { description: ok } } } }
)";

Task<Answer> nothing(CallPtr) {
    co_return drogon::HttpResponsePtr{};
}

TEST(OperationTable, MatchesHandlersInOrder) {
    OperationTable table;
    table.bind("getB", nothing);
    table.bind("getA", nothing);
    EXPECT_EQ(table.matchedTo(documentFrom(kOperationsYaml).value()).value().size(), 2u);
}

TEST(OperationTable, RefusesGapsOnEitherSide) {
    OperationTable table;
    table.bind("getA", nothing);
    table.bind("getC", nothing);
    const auto matched = table.matchedTo(documentFrom(kOperationsYaml).value());
    ASSERT_THAT(matched, test::failsWith(ErrorCode::Internal));
    EXPECT_THAT(matched.error().detail, HasSubstr("[getB]"));
    EXPECT_THAT(matched.error().detail, HasSubstr("[getC]"));
}

}  // namespace
}  // namespace atelier::http
