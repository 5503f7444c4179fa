#include "http/document.h"

#include <set>

#include "support/matchers.h"
#include "yaml_document.h"

namespace atelier::http {
namespace {

using test::failsWith;
using testing::HasSubstr;

const Document& embedded() {
    static const Document kDocument = Document::parse(Document::embedded()).value();
    return kDocument;
}

const Operation& operation(std::string_view id) {
    return *std::ranges::find(embedded().operations(), id, &Operation::id);
}

TEST(Document, HasUniqueOperationIds) {
    std::set<std::string> ids;
    for (const auto& operation : embedded().operations())
        EXPECT_TRUE(ids.insert(operation.id).second) << operation.id;
    EXPECT_GE(ids.size(), 32u);
}

/// An unquoted comma in a YAML flow map cuts a text off; what follows it becomes a key without
/// value.
void expectNoNulls(const boost::json::value& value, const std::string& place) {
    EXPECT_FALSE(value.is_null()) << place;
    if (const auto* fields = value.if_object())
        for (const auto& [name, field] : *fields)
            expectNoNulls(field, place + "/" + std::string{name});
    if (const auto* items = value.if_array())
        for (const auto& item : *items) expectNoNulls(item, place + "/*");
}

TEST(Document, HasNoKeyWithoutValue) {
    expectNoNulls(boost::json::parse(embedded().json()), "");
}

TEST(Document, SaysWhoMayCall) {
    EXPECT_EQ(operation("login").access, Access::Anyone);
    EXPECT_EQ(operation("getCreditBalance").access, Access::User);
    EXPECT_EQ(operation("getMetrics").access, Access::Metrics);
}

TEST(Document, LetsOnlyAFewOperationsInWithoutCredentials) {
    std::set<std::string> open;
    for (const auto& operation : embedded().operations())
        if (operation.access == Access::Anyone) open.insert(operation.id);
    EXPECT_THAT(open,
                testing::IsSubsetOf({"registerUser", "login", "refreshSession", "logout", "getFile",
                                     "receiveBflWebhook", "getHealth", "getReadiness", "getOpenApi",
                                     "getDocs", "getDocsAsset", "getLlmsText"}));
}

TEST(Document, RefusesUnknownFieldsInEveryRequest) {
    for (const auto& operation : embedded().operations()) {
        if (operation.id == "receiveBflWebhook") continue;  // the provider may add fields
        for (const auto& [type, schema] : operation.bodies)
            EXPECT_EQ(schema->source().at("additionalProperties"), boost::json::value(false))
                << operation.id << " " << type;
    }
}

TEST(Document, ReadsParametersOfPathAndOperation) {
    const auto& mask = operation("previewModelMask");
    ASSERT_EQ(mask.parameters.size(), 2u);
    EXPECT_EQ(mask.parameters[0].place, Parameter::Place::Path);
    EXPECT_EQ(mask.parameters[1].name, "category");
    EXPECT_TRUE(mask.parameters[1].required);
    EXPECT_EQ(operation("submitTryOn").parameters[0].name, "prefer");
    EXPECT_EQ(operation("listModels").parameters[0].fallback, boost::json::value(20));
}

TEST(Document, KnowsBodiesAndAnswers) {
    EXPECT_TRUE(operation("uploadModel").uploads);
    EXPECT_EQ(operation("uploadModel").bodies.size(), 2u);
    EXPECT_THAT(operation("getCreditBalance").produces, testing::ElementsAre("application/json"));
    EXPECT_TRUE(operation("deleteModel").produces.empty());
}

TEST(Document, RefusesBrokenOnes) {
    EXPECT_THAT(documentFrom("a: [").error().detail, HasSubstr("YAML"));
    EXPECT_THAT(Document::parse("{"), failsWith(ErrorCode::Internal));
    EXPECT_THAT(documentFrom("paths: {}"), test::isOk());
    EXPECT_THAT(documentFrom("{}"), failsWith(ErrorCode::Internal));
    EXPECT_THAT(documentFrom("paths: { /x: { get: { summary: no id } } }").error().detail,
                HasSubstr("/x"));
    EXPECT_THAT(documentFrom("paths: { /x: { $ref: '#/nowhere' } }").error().detail,
                HasSubstr("nowhere"));
    EXPECT_THAT(documentFrom("paths: { /x: { $ref: '#/paths/~1x' } }").error().detail,
                HasSubstr("circle"));
}

}  // namespace
}  // namespace atelier::http
