#include "net/port_reservation.h"

#include "support/matchers.h"

namespace atelier::net {
namespace {

using test::failsWith;
using testing::HasSubstr;

TEST(PortReservation, TakesAFreePort) {
    const auto taken = PortReservation::take("127.0.0.1", 0);
    ASSERT_THAT(taken, test::isOk());
    EXPECT_GT((*taken)->port(), 0);
    EXPECT_EQ((*taken)->address(), "127.0.0.1");
}

TEST(PortReservation, ResolvesNames) {
    EXPECT_THAT(PortReservation::take("localhost", 0), test::isOk());
}

TEST(PortReservation, ExcludesOthers) {
    const auto first = PortReservation::take("127.0.0.1", 0);
    ASSERT_THAT(first, test::isOk());
    const auto second = PortReservation::take("127.0.0.1", (*first)->port());
    ASSERT_THAT(second, failsWith(ErrorCode::NotReady));
    EXPECT_THAT(second.error().detail, HasSubstr(std::to_string((*first)->port())));
}

TEST(PortReservation, IsFreeAgainAfterwards) {
    std::uint16_t port = 0;
    {
        const auto taken = PortReservation::take("127.0.0.1", 0);
        port = taken.value()->port();
    }
    EXPECT_THAT(PortReservation::take("127.0.0.1", port), test::isOk());
}

TEST(PortReservation, NamesAnUnknownHost) {
    EXPECT_THAT(PortReservation::take("no.such.host.invalid", 0), failsWith(ErrorCode::NotReady));
    EXPECT_THAT(PortReservation::take("192.0.2.1", 0), failsWith(ErrorCode::NotReady));
}

}  // namespace
}  // namespace atelier::net
