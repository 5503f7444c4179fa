#pragma once

#include <ostream>

#include <gmock/gmock.h>

#include "domain/error.h"
#include "util/uuid.h"

namespace atelier {

/// How gtest prints an id.
template <class Tag>
void PrintTo(const Id<Tag>& id, std::ostream* out) {
    *out << id.str();
}

/// How gtest prints an error: the whole of it, cause included.
inline void PrintTo(const Error& error, std::ostream* out) {
    *out << errorInfo(error.code).name << ": " << error.detail;
    if (!error.cause.empty()) *out << " (" << error.cause << ")";
    for (const auto& field : error.fields)
        *out << " [" << field.pointer << ": " << field.message << "]";
}

}  // namespace atelier

namespace atelier::test {

namespace detail {
inline bool explainFailure(const Error& error, testing::MatchResultListener* listener) {
    if (listener->IsInterested()) PrintTo(error, listener->stream());
    return false;
}
}  // namespace detail

/// `EXPECT_THAT(store.ping(), isOk())`.
MATCHER(isOk, negation ? "failed" : "succeeded") {
    if (arg) return true;
    detail::explainFailure(arg.error(), result_listener);
    return false;
}

/// `EXPECT_THAT(result, isOkAnd(Eq(5)))`.
MATCHER_P(isOkAnd, inner, "succeeded with the right value") {
    if (!arg) return detail::explainFailure(arg.error(), result_listener);
    return testing::ExplainMatchResult(inner, *arg, result_listener);
}

/// `EXPECT_THAT(result, failsWith(ErrorCode::NotFound))`.
MATCHER_P(failsWith, code, "fails with " + std::string{errorInfo(code).name}) {
    if (arg) {
        *result_listener << "which succeeded";
        return false;
    }
    detail::explainFailure(arg.error(), result_listener);
    return arg.error().code == code;
}

}  // namespace atelier::test
