#include "service/auth/email.h"

#include "support/matchers.h"

namespace atelier {
namespace {

using test::failsWith;
using test::isOkAnd;

TEST(EmailTest, IsStoredTrimmedAndInLowerCase) {
    EXPECT_THAT(normalizeEmail("  Ann.Lee+shop@Example.COM\n"),
                isOkAnd(testing::Eq("ann.lee+shop@example.com")));
    EXPECT_THAT(normalizeEmail("ops@localhost"), isOkAnd(testing::Eq("ops@localhost")));
}

TEST(EmailTest, RefusesWhatIsNoAddress) {
    const std::string long_local(65, 'a');
    const std::string long_domain = "a@" + std::string(64, 'b') + ".example";
    for (const std::string& wrong :
         {std::string{}, std::string{"ann"}, std::string{"@example.com"}, std::string{"ann@"},
          std::string{"a b@example.com"}, std::string{"ann@-x.example"},
          std::string{"ann@x..example"}, std::string{"ann@exa_mple.com"},
          std::string{"ann\r\nBcc: x@example.com"}, std::string{"\xc3\xa4nn@example.com"},
          std::string("a\0b@example.com", 15), long_local + "@example.com", long_domain,
          std::string(300, 'a') + "@example.com"}) {
        EXPECT_THAT(normalizeEmail(wrong), failsWith(ErrorCode::ValidationFailed)) << wrong;
    }
}

}  // namespace
}  // namespace atelier
