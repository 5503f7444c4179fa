#include "config/load_settings.h"

#include <cstdlib>

#include <fmt/format.h>

#include "config/setting_table.h"
#include "config/toml_source.h"

namespace atelier {
namespace {

constexpr auto kDefaultFile = "atelier.toml";

/// Secrets are not repeated, nor is anything that may carry a password.
std::string quoted(const Setting& setting, const std::string& value) {
    if (setting.secret || value.find('@') != std::string::npos) return "its value";
    return fmt::format("\"{}\"", value.substr(0, 100));
}

Result<> assign(LoadedSettings& loaded, const Setting& setting, const std::string& value,
                SettingSource source, const std::string& origin) {
    if (!setting.assign(loaded.settings, value)) {
        return failure(
            ErrorCode::ValidationFailed,
            fmt::format("{}: {} is not {}", origin, quoted(setting, value), setting.expected));
    }
    loaded.sources[setting.name] = source;
    return {};
}

Result<config::TomlValues> fileValues(const SettingInputs& inputs) {
    if (inputs.file) return config::readToml(*inputs.file);
    if (std::filesystem::exists(kDefaultFile)) return config::readToml(kDefaultFile);
    return config::TomlValues{};
}

/// Settings that need each other.
Result<> checkTogether(const Settings& settings) {
    const auto missing = [](std::string_view name, std::string_view why) -> Result<> {
        return failure(ErrorCode::ValidationFailed, fmt::format("{} is missing: {}", name, why));
    };
    if (!settings.embedded() && !settings.auth.jwt_secret) {
        return missing(
            "JWT_SECRET",
            "with MONGODB_URI or REDIS_URL all processes must share one of at least 32 characters");
    }
    if (const auto priced = PriceTable::defaults().with(settings.prices.changes); !priced)
        return failure(
            ErrorCode::ValidationFailed,
            fmt::format("PRICES: {}; /credits/pricing lists what there is", priced.error().detail));
    const auto& s3 = settings.s3;
    if (s3.endpoint && !s3.bucket) return missing("S3_BUCKET", "S3_ENDPOINT is set");
    if (s3.bucket && !s3.endpoint) return missing("S3_ENDPOINT", "S3_BUCKET is set");
    if (s3.bucket && !s3.access_key_id) return missing("S3_ACCESS_KEY_ID", "S3_BUCKET is set");
    if (s3.bucket && !s3.secret_access_key)
        return missing("S3_SECRET_ACCESS_KEY", "S3_BUCKET is set");
    if (s3.files_redirect && !s3.bucket) return missing("S3_BUCKET", "FILES_REDIRECT is on");
    if (settings.bfl.webhooks && !settings.http.public_url) {
        return missing("PUBLIC_URL", "BFL_WEBHOOKS is on and the provider must know where to call");
    }
    if (settings.bfl.input == BflInput::Url && !settings.http.public_url) {
        return missing("PUBLIC_URL",
                       "BFL_INPUT is url and the provider must fetch pictures from it");
    }
    return {};
}

}  // namespace

std::optional<std::string> processEnvironment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string{value};
}

Result<LoadedSettings> loadSettings(const SettingInputs& inputs) {
    LoadedSettings loaded;
    const auto file = fileValues(inputs);
    if (!file) return failure(file.error());
    for (const auto& setting : settingTable()) {
        Result<> done;
        if (const auto found = file->find(setting.key); found != file->end()) {
            done = assign(loaded, setting, found->second.text, SettingSource::File,
                          found->second.origin);
        }
        if (const auto value = inputs.environment ? inputs.environment(setting.name) : std::nullopt;
            done && value) {
            done = assign(loaded, setting, *value, SettingSource::Environment,
                          fmt::format("{} in the environment", setting.name));
        }
        if (const auto found = inputs.flags.find(setting.name);
            done && found != inputs.flags.end()) {
            done = assign(loaded, setting, found->second, SettingSource::Flag, setting.flag);
        }
        if (!done) return failure(done.error());
    }
    if (const auto checked = checkTogether(loaded.settings); !checked)
        return failure(checked.error());
    return loaded;
}

std::vector<EffectiveSetting> effectiveSettings(const LoadedSettings& loaded) {
    std::vector<EffectiveSetting> rows;
    for (const auto& setting : settingTable()) {
        EffectiveSetting row{setting.name,           setting.flag,  setting.key,  {},
                             SettingSource::Default, setting.type,  setting.unit, setting.expected,
                             setting.description,    setting.secret};
        if (auto value = setting.show(loaded.settings); !value.empty()) {
            row.value = setting.secret ? "(set, not shown)" : std::move(value);
        }
        if (const auto source = loaded.sources.find(setting.name); source != loaded.sources.end()) {
            row.source = source->second;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace atelier
