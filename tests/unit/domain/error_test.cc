#include "domain/error.h"

#include <set>

#include <gtest/gtest.h>

#include "util/names.h"

namespace atelier {
namespace {

TEST(ErrorTest, EachCodeHasItsRowInOrder) {
    const auto& rows = errorCatalogue();
    ASSERT_EQ(rows.size(), static_cast<std::size_t>(ErrorCode::Internal) + 1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i].code, static_cast<ErrorCode>(i)) << rows[i].name;
        EXPECT_EQ(&errorInfo(rows[i].code), &rows[i]);
    }
}

TEST(ErrorTest, NamesAreUniqueSnakeCase) {
    std::set<std::string_view> names;
    for (const auto& row : errorCatalogue()) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos)
            << row.name;
        EXPECT_EQ(errorCodeFromName(row.name), row.code);
    }
    EXPECT_EQ(errorCodeFromName("nonsense"), std::nullopt);
}

TEST(ErrorTest, EveryRowHelpsItsReader) {
    for (const auto& row : errorCatalogue()) {
        EXPECT_FALSE(row.title.empty()) << row.name;
        EXPECT_FALSE(row.title.ends_with('.')) << row.name;
        EXPECT_TRUE(row.fix.ends_with('.')) << row.name;
    }
}

TEST(ErrorTest, CarriesDetailAndCause) {
    const Result<int> failed = failure(ErrorCode::NotFound, "no such model", "row is gone");
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().detail, "no such model");
    EXPECT_EQ(failed.error().cause, "row is gone");
    EXPECT_FALSE(failed.error().retryable());
    EXPECT_TRUE(Error{.code = ErrorCode::NotReady}.retryable());
}

}  // namespace
}  // namespace atelier
