#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace atelier {

/// One setting: what it is called in each source and how it is read.
struct Setting {
    std::string name;  ///< environment variable; what the documentation calls it
    std::string flag;  ///< `--bfl-max-active`
    std::string key;   ///< in atelier.toml: `bfl.max_active`
    std::string type;
    std::string unit;
    std::string expected;  ///< completes "expected …"; contains the range
    std::string description;
    bool secret = false;                                      ///< never shown
    std::function<bool(Settings&, std::string_view)> assign;  ///< false: not what was expected
    std::function<std::string(const Settings&)> show;         ///< "" when absent
};

/// Every setting of the program, in the order of the documentation. Immutable.
const std::vector<Setting>& settingTable();

}  // namespace atelier
