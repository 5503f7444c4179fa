#include "blobs/s3/address.h"

#include <gtest/gtest.h>

namespace atelier::s3 {
namespace {

struct Case {
    std::string endpoint;
    bool path_style;
    std::string origin, host, object, bucket;
};

TEST(S3AddressTest, PathStyleAndHostNames) {
    const std::vector<Case> cases{
        {"https://s3.example", false, "https://pictures.s3.example", "pictures.s3.example", "/k",
         "/"},
        {"https://s3.example/", true, "https://s3.example", "s3.example", "/pictures/k",
         "/pictures"},
        {"http://S3.Example:9000", true, "http://s3.example:9000", "s3.example:9000", "/pictures/k",
         "/pictures"},
        {"https://s3.example:443", false, "https://pictures.s3.example", "pictures.s3.example",
         "/k", "/"},
        {"http://s3.example:443", false, "http://pictures.s3.example:443",
         "pictures.s3.example:443", "/k", "/"},
        {"https://s3.example/deep/in/", true, "https://s3.example", "s3.example",
         "/deep/in/pictures/k", "/deep/in/pictures"},
        {"http://127.0.0.1:7070", false, "http://127.0.0.1:7070", "127.0.0.1:7070", "/pictures/k",
         "/pictures"},
        {"http://[::1]:7070", false, "http://[::1]:7070", "[::1]:7070", "/pictures/k", "/pictures"},
        {"http://[fe80::1]", false, "http://[fe80::1]", "[fe80::1]", "/pictures/k", "/pictures"},
    };
    for (const auto& [endpoint, path_style, origin, host, object, bucket] : cases) {
        S3Settings settings;
        settings.endpoint = endpoint;
        settings.bucket = "pictures";
        settings.path_style = path_style;
        const auto address = addressOf(settings);
        EXPECT_EQ(address.origin, origin) << endpoint;
        EXPECT_EQ(address.host, host) << endpoint;
        EXPECT_EQ(address.pathOf("k"), object) << endpoint;
        EXPECT_EQ(address.pathOf(""), bucket) << endpoint;
    }
}

}  // namespace
}  // namespace atelier::s3
