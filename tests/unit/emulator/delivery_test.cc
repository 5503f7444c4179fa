#include "emulator/delivery.h"

#include <gtest/gtest.h>

namespace atelier::emulator {
namespace {

const std::string kBlob = "0123456789abcdef0123456789abcdef";

TEST(DeliveryTest, NamesTheBlobOfItsOwnPathsOnly) {
    EXPECT_EQ(DeliveryLinks::blobOf("/results/" + kBlob + "/sample.jpeg"), kBlob);
    EXPECT_EQ(DeliveryLinks::blobOf("/results/short/sample.jpeg"), "");
    EXPECT_EQ(DeliveryLinks::blobOf("/v1/credits"), "");
}

TEST(DeliveryTest, HasTheShapeOfTheStorageService) {
    const DeliveryLinks links{"key"};
    const auto link = links.make(kBlob, "image/png", Instant{Seconds{1'780'000'000}});
    EXPECT_TRUE(link.starts_with("/results/" + kBlob +
                                 "/sample.png?se=2026-05-28T20%3A26%3A40Z&sp=r&sv=2024-11-04"
                                 "&sr=b&rsct=image/png&sig="))
        << link;
}

TEST(DeliveryTest, RefusesLinksSignedWithAnotherKey) {
    const DeliveryLinks links{"key"};
    const std::map<std::string, std::string> query{
        {"se", "2026-05-28T20:26:40Z"}, {"sig", "AAAA"}, {"rsct", "image/png"}};
    EXPECT_EQ(links.verify("/results/" + kBlob + "/sample.png", query, Instant{}),
              DeliveryLinks::Verdict::Forged);
    EXPECT_EQ(links.verify("/results/" + kBlob + "/sample.png", {}, Instant{}),
              DeliveryLinks::Verdict::Forged);
}

}  // namespace
}  // namespace atelier::emulator
