#include "http/body.h"

#include "support/matchers.h"
#include "unit/http/call_fixture.h"

namespace atelier::http {
namespace {

using test::failsWith;

constexpr auto kBodyYaml = R"(
paths:
  /upload:
    post:
      operationId: upload
      x-max-body: upload
      requestBody:
        required: true
        content:
          application/json: { schema: { $ref: '#/components/schemas/Json' } }
          multipart/form-data: { schema: { $ref: '#/components/schemas/Form' } }
      responses: { '200': { description: ok } }
components:
  schemas:
    Json:
      type: object
      additionalProperties: false
      required: [imageBase64]
      properties:
        imageBase64: { type: string, contentEncoding: base64 }
        count: { type: integer }
    Form:
      type: object
      additionalProperties: false
      required: [image]
      properties:
        image: { type: string, contentMediaType: application/octet-stream }
        name: { type: string, maxLength: 5 }
        metadata: { type: object, additionalProperties: { type: string } }
)";

std::string part(std::string_view disposition, std::string_view content) {
    return fmt::format("--b\r\nContent-Disposition: form-data; {}\r\n\r\n{}\r\n", disposition,
                       content);
}

class BodyTest : public testing::Test, protected CallFixture {
  protected:
    BodyTest() : CallFixture{kBodyYaml} {}
    Result<> read(const std::string& type, const std::string& body) {
        call.request->addHeader("content-type", type);
        call.request->setBody(body);
        return readBody(call, {.json = 1000, .upload = 300});
    }
    Result<> readForm(const std::string& parts) {
        return read("multipart/form-data; boundary=b", parts + "--b--\r\n");
    }
};

TEST_F(BodyTest, RefusesCompressedBodies) {
    call.request->addHeader("content-encoding", "GZip");
    const auto refused = read("application/json", "\x1F\x8B\x08");
    EXPECT_THAT(refused, failsWith(ErrorCode::UnsupportedMediaType));
    EXPECT_THAT(refused.error().detail, testing::HasSubstr("Content-Encoding gzip"));
    call.request->addHeader("content-encoding", "identity");
    EXPECT_THAT(read("application/json", R"({"imageBase64": "aGk="})"), test::isOk());
}

TEST_F(BodyTest, SaysWhereJsonBreaks) {
    const auto broken = read("application/json", R"({"count": 1,})");
    EXPECT_THAT(broken, failsWith(ErrorCode::MalformedJson));
    EXPECT_THAT(broken.error().detail, testing::HasSubstr("at byte 12"));
}

TEST_F(BodyTest, DecodesBase64IntoAFile) {
    ASSERT_THAT(read("application/json",
                     R"({"imageBase64": "data:image/png;base64,aGVsbG8=", "count": 2.0})"),
                test::isOk());
    EXPECT_EQ(*call.files.at("imageBase64"), "hello");
    EXPECT_EQ(call.body.at("count").as_int64(), 2);
}

TEST_F(BodyTest, ReadsAForm) {
    ASSERT_THAT(readForm(part("name=image; filename=a.png", "bytes") + part("name=name", "Ada") +
                         part("name=metadata", R"({"k": "v"})")),
                test::isOk());
    EXPECT_EQ(*call.files.at("image"), "bytes");
    EXPECT_EQ(call.body.at("name").as_string(), "Ada");
    EXPECT_EQ(call.body.at("metadata").at("k").as_string(), "v");
}

TEST_F(BodyTest, RefusesWrongFormFields) {
    const auto image = part("name=image; filename=a.png", "bytes");
    for (const auto& parts :
         {part("name=name", "Ada"), image + image, image + part("name=name", "too long"),
          image + part("name=other", "x"), image + part("name=metadata", "not json"),
          image + part("name=metadata", R"({"k": 1})"), image + part("name=name", "\xFF")})
        EXPECT_THAT(readForm(parts), failsWith(ErrorCode::ValidationFailed)) << parts;
}

TEST_F(BodyTest, RefusesBrokenJson) {
    for (const auto* body :
         {"", "{", "{}x", "nul", "{\"imageBase64\": \"\xFF\"}", "\xEF\xBB\xBF{}"})
        EXPECT_THAT(read("application/json", body), failsWith(ErrorCode::MalformedJson)) << body;
}

TEST_F(BodyTest, RefusesDeepNestingQuickly) {
    EXPECT_THAT(read("application/json", std::string(400, '[')),
                failsWith(ErrorCode::MalformedJson));
}

TEST_F(BodyTest, RefusesBadBase64) {
    const auto done = read("application/json", R"({"imageBase64": "###"})");
    ASSERT_THAT(done, failsWith(ErrorCode::ValidationFailed));
    EXPECT_EQ(done.error().fields.front().pointer, "/imageBase64");
}

TEST_F(BodyTest, RefusesOtherTypes) {
    EXPECT_THAT(read("text/plain", "{}"), failsWith(ErrorCode::UnsupportedMediaType));
    EXPECT_THAT(read("application/jsonx", "{}"), failsWith(ErrorCode::UnsupportedMediaType));
}

TEST_F(BodyTest, AsksForABody) {
    EXPECT_THAT(read("", ""), failsWith(ErrorCode::BadRequest));
}

TEST_F(BodyTest, LimitsPictureAndBody) {
    EXPECT_THAT(readForm(part("name=image; filename=a.png", std::string(301, 'x'))),
                failsWith(ErrorCode::UploadTooLarge));
    EXPECT_THAT(read("application/json", std::string(100'000, ' ')),
                failsWith(ErrorCode::UploadTooLarge));
}

}  // namespace
}  // namespace atelier::http
