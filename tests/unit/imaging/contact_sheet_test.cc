#include <gtest/gtest.h>

#include "support/matchers.h"
#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

TEST(ContactSheet, ShowsEveryPicture) {
    const auto tall = share(encoded(scene(600, 800), ".jpg")),
               wide = share(encoded(scene(900, 300), ".png"));
    const auto one = imaging().contactSheet({{"person", tall}});
    const auto six = imaging().contactSheet({{"person", tall},
                                             {"garment", wide},
                                             {"mask", tall},
                                             {"canvas", wide},
                                             {"answer", wide},
                                             {"result", tall}});
    ASSERT_THAT(one, isOk());
    ASSERT_THAT(six, isOk());
    EXPECT_GT(six->size.width, one->size.width);
    EXPECT_GT(six->size.height, one->size.height);
    EXPECT_LE(six->size.width, 2000);
}

TEST(ContactSheet, SurvivesPicturesThatDoNotDecode) {
    EXPECT_THAT(imaging().contactSheet({{"bad", share("nonsense")}, {"none", nullptr}}), isOk());
    EXPECT_THAT(imaging().contactSheet({}), isOk());
}

TEST(ContactSheet, TakesAnyCaption) {
    const auto picture = share(encoded(scene(300, 400), ".jpg"));
    EXPECT_THAT(
        imaging().contactSheet({{"Größe – 帽子 \n\t", picture}, {std::string(500, 'w'), picture}}),
        isOk());
}

}  // namespace
}  // namespace atelier::test
