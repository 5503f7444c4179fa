#pragma once

#include <optional>
#include <string>
#include <vector>

namespace atelier {

/// One page of a list, newest first.
template <class T>
struct Page {
    std::vector<T> items;
    std::optional<std::string> next_cursor;  ///< absent on the last page
};

/// Which page. `cursor` is what an earlier page gave as `next_cursor`: the id of
/// its last item, as ids sort by creation time.
struct PageRequest {
    int limit = 20;  ///< 1…100
    std::optional<std::string> cursor;
};

}  // namespace atelier
