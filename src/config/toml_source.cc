#include "config/toml_source.h"

#include <algorithm>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "config/nearest.h"
#include "config/setting_table.h"

namespace atelier::config {
namespace {

std::string toText(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
    if (const auto* flag = node.as_boolean()) return flag->get() ? "on" : "off";
    if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
    std::string joined;
    if (const auto* items = node.as_array()) {
        for (const auto& item : *items) joined += (joined.empty() ? "" : ",") + toText(item);
    }
    return joined;
}

Result<> unknownKey(const std::string& key, const std::string& origin) {
    std::vector<std::string_view> known;
    for (const auto& setting : settingTable()) known.push_back(setting.key);
    const auto guess = nearest(key, known);
    return failure(ErrorCode::ValidationFailed,
                   fmt::format("{}: there is no such setting{}", origin,
                               guess.empty() ? "; `atelier config` lists them"
                                             : fmt::format(", {} is the nearest", guess)));
}

bool isKnown(const std::string& key) {
    return std::ranges::any_of(settingTable(),
                               [&](const Setting& setting) { return setting.key == key; });
}

/// `tryon.fill=5,scene=6`: a table that is the value of one setting.
std::string joinEntries(const toml::table& table, const std::string& prefix) {
    std::string joined;
    for (const auto& [name, node] : table) {
        const auto key = prefix + std::string{name.str()};
        const auto* inner = node.as_table();
        if (!joined.empty()) joined += ',';
        joined += inner != nullptr ? joinEntries(*inner, key + ".") : key + "=" + toText(node);
    }
    return joined;
}

class Flattener {
  public:
    explicit Flattener(std::string file) : file_{std::move(file)} {}

    Result<> add(const toml::table& table, const std::string& prefix) {
        for (const auto& [name, node] : table) {
            const auto key = prefix + std::string{name.str()};
            const auto origin =
                fmt::format("{} in {}, line {}", key, file_, node.source().begin.line);
            Result<> done;
            const auto* section = node.as_table();
            if (section != nullptr && isKnown(key)) {
                values_.insert_or_assign(key, TomlValue{joinEntries(*section, ""), origin});
            } else if (section != nullptr) {
                done = add(*section, key + ".");
            } else if (isKnown(key)) {
                values_.insert_or_assign(key, TomlValue{toText(node), origin});
            } else {
                done = unknownKey(key, origin);
            }
            if (!done) return done;
        }
        return {};
    }

    TomlValues take() { return std::move(values_); }

  private:
    std::string file_;
    TomlValues values_;
};

}  // namespace

Result<TomlValues> readToml(const std::filesystem::path& file) {
    try {
        const auto table = toml::parse_file(file.string());
        Flattener flattener{file.string()};
        if (const auto done = flattener.add(table, ""); !done) return failure(done.error());
        return flattener.take();
    } catch (const toml::parse_error& error) {
        return failure(ErrorCode::ValidationFailed,
                       fmt::format("{}, line {}: {}", file.string(), error.source().begin.line,
                                   error.description()));
    }
}

}  // namespace atelier::config
