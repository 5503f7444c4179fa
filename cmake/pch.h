// Precompiled for every target (cmake/targets.cmake). Only what most files use; a file still
// includes what it needs.
#pragma once

#include <algorithm>
#include <chrono>
#include <coroutine>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
