#include "blobs/s3/xml.h"

#include <gmock/gmock.h>

namespace atelier::s3 {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(S3XmlTest, ReadsErrors) {
    const auto error = parseError(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n "
        "<Code>NoSuchKey</Code><Message>It&apos;s not there</Message>"
        "<Resource>/k</Resource></Error>");
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, "NoSuchKey");
    EXPECT_EQ(error->message, "It's not there");
    EXPECT_EQ(error->region, "");
}

TEST(S3XmlTest, WhatIsNoErrorIsNone) {
    for (const auto* body : {"", "<html><body>502 Bad Gateway</body></html>", "<Error", "{}",
                             "<CopyObjectResult/>", "\xff\xfe"})
        EXPECT_EQ(parseError(body), std::nullopt) << body;
}

TEST(S3XmlTest, ReadsAPageOfAListing) {
    const auto page = parseListing(R"(<?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><IsTruncated>true</IsTruncated>
          <Contents><Key>a.jpg</Key><LastModified>2026-11-23T10:00:00.000Z</LastModified><ETag>"x"</ETag><Size>434234</Size></Contents>
          <Contents><Key>b&amp;c</Key><LastModified>2026-11-23T10:00:01Z</LastModified><Size>0</Size></Contents>
          <NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=</NextContinuationToken>
        </ListBucketResult>)");
    ASSERT_TRUE(page);
    ASSERT_THAT(page->objects, SizeIs(2));
    EXPECT_EQ(page->objects[0].key, "a.jpg");
    EXPECT_EQ(page->objects[0].bytes, 434'234);
    EXPECT_EQ(toRfc3339(page->objects[0].modified_at), "2026-11-23T10:00:00.000Z");
    EXPECT_EQ(page->objects[1].key, "b&c");
    EXPECT_EQ(page->continuation, "1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=");
}

TEST(S3XmlTest, TheLastPageHasNoContinuation) {
    const auto page =
        parseListing("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
    ASSERT_TRUE(page);
    EXPECT_THAT(page->objects, IsEmpty());
    EXPECT_EQ(page->continuation, "");
}

TEST(S3XmlTest, RefusesListingsWithoutTimes) {
    EXPECT_FALSE(
        parseListing("<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>"));
    EXPECT_FALSE(parseListing("<ListAllMyBucketsResult/>"));
}

TEST(S3XmlTest, ReadsUploadIds) {
    EXPECT_EQ(parseUploadId("<InitiateMultipartUploadResult><Bucket>b</Bucket><UploadId>VXBsb2Fk</"
                            "UploadId></InitiateMultipartUploadResult>"),
              "VXBsb2Fk");
    EXPECT_EQ(parseUploadId("<InitiateMultipartUploadResult/>"), std::nullopt);
}

TEST(S3XmlTest, NamesAllParts) {
    EXPECT_EQ(completionOf({"\"a\"", "<b>"}),
              "<CompleteMultipartUpload "
              "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Part><PartNumber>1</PartNumber>"
              "<ETag>\"a\"</ETag></Part><Part><PartNumber>2</PartNumber><ETag>&lt;b&gt;</ETag></"
              "Part></CompleteMultipartUpload>");
}

}  // namespace
}  // namespace atelier::s3
