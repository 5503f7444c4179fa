#include "contract/contract.h"

#include <set>

#include <gtest/gtest.h>

namespace atelier::contract {
namespace {

const Endpoint& namedEndpoint(std::string_view path) {
    const auto* found = Contract::bfl().find(path);
    if (found == nullptr) throw std::runtime_error{"no such endpoint: " + std::string{path}};
    return *found;
}

TEST(ContractTest, KnowsHostsByRegion) {
    EXPECT_EQ(Contract::bfl().host("global"), "https://api.bfl.ai");
    EXPECT_EQ(Contract::bfl().host("eu"), "https://api.eu.bfl.ai");
    EXPECT_EQ(Contract::bfl().host("us"), "https://api.us.bfl.ai");
    EXPECT_EQ(Contract::bfl().host("mars"), "");
    EXPECT_EQ(Contract::bfl().finetuneHost(), "https://api.us1.bfl.ai");
}

TEST(ContractTest, KnowsLimitsOfTheAccount) {
    EXPECT_EQ(Contract::bfl().activeTasks(), 24);
    EXPECT_EQ(Contract::bfl().deliveryLifetime(), Seconds{600});
    EXPECT_EQ(Contract::bfl().webhookRetries(), (std::vector{Seconds{1}, Seconds{5}, Seconds{30}}));
    EXPECT_EQ(namedEndpoint("/v1/flux-kontext-max").active_tasks, 6);
    EXPECT_FALSE(namedEndpoint("/v1/flux-kontext-pro").active_tasks);
}

TEST(ContractTest, KeepsRemovedRoutes) {
    for (const auto* path :
         {"/v1/flux-pro", "/v1/flux-pro-1.0-canny", "/v1/flux-pro-1.0-depth", "/v1/finetune"})
        EXPECT_EQ(namedEndpoint(path).status, Status::Removed) << path;
    EXPECT_EQ(namedEndpoint("/v1/flux-pro-1.0-fill").status, Status::Legacy);
    EXPECT_EQ(namedEndpoint("/v1/flux-2-pro").status, Status::Current);
    EXPECT_EQ(Contract::bfl().find("/v1/flux-3-video"), nullptr);
}

TEST(ContractTest, DescribesParameters) {
    const auto& fill = namedEndpoint("/v1/flux-pro-1.0-fill");
    EXPECT_TRUE(fill.find("image")->required);
    EXPECT_EQ(fill.find("image")->image, Image::Base64);
    EXPECT_EQ(fill.find("guidance")->default_value->to_number<double>(), 60);
    EXPECT_EQ(fill.find("guidance")->minimum, 1.5);
    EXPECT_EQ(fill.find("guidance")->maximum, 100);
    EXPECT_EQ(fill.image_limits.min_side, 256);
    EXPECT_EQ(namedEndpoint("/v1/flux-2-pro").find("input_image_8")->image, Image::Base64OrUrl);
    EXPECT_EQ(namedEndpoint("/v1/flux-pro-1.1").find("width")->multiple_of, 32);
    EXPECT_TRUE(namedEndpoint("/v1/get_result").find("id")->in_query);
    EXPECT_TRUE(namedEndpoint("/v1/flux-3-image").strict);
}

TEST(ContractTest, NamesEndpointsOnceAndRequiredParametersWithoutDefault) {
    std::set<std::string> paths;
    for (const auto& each : Contract::bfl().endpoints()) {
        EXPECT_TRUE(paths.insert(each.path).second) << each.path;
        for (const auto& parameter : each.parameters)
            EXPECT_FALSE(parameter.required && parameter.default_value)
                << each.path << ' ' << parameter.name;
    }
}

TEST(ContractTest, KnowsStatuses) {
    EXPECT_TRUE(Contract::bfl().status("Ready")->success);
    EXPECT_TRUE(Contract::bfl().status("Content Moderated")->terminal);
    EXPECT_FALSE(Contract::bfl().status("Generating")->terminal);
    EXPECT_EQ(Contract::bfl().status("Failed"), nullptr);
}

TEST(ContractTest, ComputesCost) {
    // The one capture: flux-2-pro, text to image, 1.98 MP out, 4.5 credits (bfl-api.md §1).
    EXPECT_DOUBLE_EQ(*costOf(namedEndpoint("/v1/flux-2-pro"), 0, 1.98), 4.5);
    EXPECT_DOUBLE_EQ(*costOf(namedEndpoint("/v1/flux-2-max"), 1, 1), 10);
    EXPECT_DOUBLE_EQ(*costOf(namedEndpoint("/v1/flux-pro-1.0-fill"), 4, 4), 5);
    EXPECT_DOUBLE_EQ(*costOf(namedEndpoint("/v1/flux-tools/vto-v2"), 1.9, 1), 4.75);
    EXPECT_DOUBLE_EQ(*costOf(namedEndpoint("/v1/flux-3-image"), 0, 1, "2k"), 10);
    EXPECT_FALSE(costOf(namedEndpoint("/v1/flux-3-image"), 0, 1, "1.5k"));
    EXPECT_FALSE(costOf(namedEndpoint("/v1/flux-tools/erase-v1"), 1, 1));
}

}  // namespace
}  // namespace atelier::contract
