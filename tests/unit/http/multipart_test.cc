#include "http/multipart.h"

#include "support/matchers.h"

namespace atelier::http {
namespace {

using test::failsWith;
using namespace std::string_view_literals;

constexpr auto kType = "multipart/form-data; boundary=xyz";

TEST(Multipart, SplitsPartsAndKeepsBytes) {
    const auto parts = parseMultipart(
        kType,
        "--xyz\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n"
        "Content-Type: image/png\r\n\r\n\r\n--xy\0z\r\n--xyz\r\n"
        "content-disposition: form-data; name=category\r\n\r\ndress\r\n--xyz--\r\n"sv);
    ASSERT_THAT(parts, test::isOk());
    ASSERT_EQ(parts->size(), 2u);
    EXPECT_EQ((*parts)[0].name, "image");
    EXPECT_EQ((*parts)[0].filename, "a.png");
    EXPECT_TRUE((*parts)[0].content.starts_with("\r\n--xy"));
    EXPECT_EQ((*parts)[1].name, "category");
    EXPECT_EQ((*parts)[1].content, "dress");
    EXPECT_EQ((*parts)[1].filename, std::nullopt);
}

TEST(Multipart, ReadsQuotedBoundaryPreambleAndEmptyPart) {
    const auto parts = parseMultipart(
        "multipart/form-data; charset=utf-8; boundary=\"x y\"",
        "preamble\r\n--x y\r\nContent-Disposition: form-data; filename=\"x; name=no\"; "
        "name=\"a\\\"b\"\r\n\r\n\r\n--x y--");
    ASSERT_THAT(parts, test::isOk());
    ASSERT_EQ(parts->size(), 1u);
    EXPECT_EQ(parts->front().name, "a\"b");
    EXPECT_EQ(parts->front().content, "");
}

TEST(Multipart, RefusesBrokenBodies) {
    const std::string head = "--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n";
    for (const std::string& body :
         {std::string{}, std::string{"--"}, std::string{"--xyz"}, head, head + "cut off",
          head + "x\r\n--xyz", head + "x\r\n--xyzzy",
          std::string{"--xyz\r\n\r\nno name\r\n--xyz--"},
          std::string{"--xyz\r\nContent-Disposition: form-data\r\n\r\nx\r\n--xyz--"},
          std::string{"--xyz\r\nContent-Disposition"}})
        EXPECT_THAT(parseMultipart(kType, body), failsWith(ErrorCode::MalformedMultipart)) << body;
}

TEST(Multipart, RefusesMissingBoundary) {
    for (const auto* type : {"multipart/form-data",
                             "multipart/form-data; boundary=", "multipart/form-data; boundary=\""})
        EXPECT_THAT(parseMultipart(type, "--xyz--"), failsWith(ErrorCode::MalformedMultipart))
            << type;
}

TEST(Multipart, RefusesTooManyParts) {
    std::string body;
    for (int i = 0; i < 33; ++i)
        body += "--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n";
    EXPECT_THAT(parseMultipart(kType, body + "--xyz--"), failsWith(ErrorCode::MalformedMultipart));
}

}  // namespace
}  // namespace atelier::http
