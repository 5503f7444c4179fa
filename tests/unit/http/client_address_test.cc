#include "http/client_address.h"

#include "support/matchers.h"

namespace atelier::http {
namespace {

using test::failsWith;

std::string clientOf(const std::vector<std::string>& proxies, std::string_view peer,
                     std::string_view forwarded) {
    return TrustedProxies::parse(proxies).value().clientOf(peer, forwarded);
}

TEST(ClientAddress, IsThePeerWithoutTrustedProxies) {
    EXPECT_EQ(clientOf({}, "10.0.0.9", "1.2.3.4"), "10.0.0.9");
}

TEST(ClientAddress, IsTakenFromATrustedProxy) {
    EXPECT_EQ(clientOf({"10.0.0.0/8"}, "10.0.0.9", "1.2.3.4"), "1.2.3.4");
    EXPECT_EQ(clientOf({"::1"}, "::1", "2001:db8::7"), "2001:db8::7");
}

TEST(ClientAddress, GoesLeftOnlyThroughTrustedProxies) {
    // The client itself wrote the leftmost entry: it counts for nothing.
    EXPECT_EQ(clientOf({"10.0.0.0/8"}, "10.0.0.9", "6.6.6.6, 1.2.3.4, 10.0.0.8"), "1.2.3.4");
}

TEST(ClientAddress, StopsAtWhatIsNoAddress) {
    EXPECT_EQ(clientOf({"10.0.0.0/8"}, "10.0.0.9", "unknown"), "10.0.0.9");
}

TEST(ClientAddress, RespectsTheBlocksLength) {
    EXPECT_EQ(clientOf({"192.168.1.128/25"}, "192.168.1.127", "1.2.3.4"), "192.168.1.127");
    EXPECT_EQ(clientOf({"192.168.1.128/25"}, "192.168.1.129", "1.2.3.4"), "1.2.3.4");
}

TEST(ClientAddress, RefusesWhatIsNoBlock) {
    for (const auto* entry : {"proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "1.2.3"})
        EXPECT_THAT(TrustedProxies::parse({entry}), failsWith(ErrorCode::ValidationFailed))
            << entry;
}

}  // namespace
}  // namespace atelier::http
