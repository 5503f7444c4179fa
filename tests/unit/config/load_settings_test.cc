#include "config/load_settings.h"

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <unistd.h>

#include "config/setting_table.h"

namespace atelier {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class LoadSettingsTest : public testing::Test {
  protected:
    LoadSettingsTest() {
        inputs_.environment = [this](const std::string& name) -> std::optional<std::string> {
            const auto found = environment_.find(name);
            return found == environment_.end() ? std::nullopt : std::optional{found->second};
        };
    }
    ~LoadSettingsTest() override { std::filesystem::remove(file_); }

    void writeFile(const std::string& text) {
        std::ofstream{file_} << text;
        inputs_.file = file_;
    }
    std::string refusal() {
        const auto loaded = loadSettings(inputs_);
        return loaded ? "accepted" : loaded.error().detail;
    }

    std::filesystem::path file_ =
        std::filesystem::temp_directory_path() / ("atelier-" + std::to_string(getpid()) + ".toml");
    std::map<std::string, std::string> environment_;
    SettingInputs inputs_;
};

TEST_F(LoadSettingsTest, EveryDefaultIsWithinItsOwnRange) {
    const Settings defaults;
    for (const auto& setting : settingTable()) {
        Settings copy;
        const auto shown = setting.show(defaults);
        EXPECT_TRUE(shown.empty() || setting.assign(copy, shown)) << setting.name << " = " << shown;
        EXPECT_EQ(setting.show(copy), shown) << setting.name;
    }
}

TEST_F(LoadSettingsTest, NamesFlagsAndKeysAreUnique) {
    std::set<std::string> seen;
    for (const auto& setting : settingTable()) {
        EXPECT_TRUE(seen.insert(setting.name).second) << setting.name;
        EXPECT_TRUE(seen.insert(setting.flag).second) << setting.flag;
        EXPECT_TRUE(seen.insert(setting.key).second) << setting.key;
        EXPECT_FALSE(setting.description.empty()) << setting.name;
    }
}

TEST_F(LoadSettingsTest, LaterSourcesOverrideEarlierOnes) {
    writeFile("[bfl]\nmax_active = 5\nwebhooks = false\n[auth]\naccess_token_ttl = \"5m\"\n");
    environment_ = {{"BFL_MAX_ACTIVE", "6"}, {"SIGNUP_CREDITS", "7"}};
    inputs_.flags = {{"SIGNUP_CREDITS", "8"}};
    const auto loaded = loadSettings(inputs_).value();
    EXPECT_EQ(loaded.settings.auth.access_token_ttl, Seconds{300});
    EXPECT_EQ(loaded.settings.bfl.max_active, 6);
    EXPECT_EQ(loaded.settings.auth.signup_credits, 8);
    EXPECT_EQ(loaded.sources.at("BFL_MAX_ACTIVE"), SettingSource::Environment);
    EXPECT_EQ(loaded.sources.at("SIGNUP_CREDITS"), SettingSource::Flag);
    EXPECT_EQ(loaded.sources.at("ACCESS_TOKEN_TTL"), SettingSource::File);
    EXPECT_FALSE(loaded.sources.contains("LOG_LEVEL"));
}

TEST_F(LoadSettingsTest, TomlListsBecomeLists) {
    writeFile("[http]\ncors_origins = [\"https://a.example\", \"https://b.example\"]\n");
    EXPECT_EQ(loadSettings(inputs_).value().settings.http.cors_origins.size(), 2u);
}

TEST_F(LoadSettingsTest, PricesAreATableInTheFileAndAListElsewhere) {
    const auto fill = [&] {
        const auto changes = loadSettings(inputs_).value().settings.prices.changes;
        return PriceTable::defaults().with(changes)->perSample(UsageAction::Tryon, "fill").value();
    };
    writeFile("[prices]\nscene = 6\n\"tryon.vto\" = 0\n[prices.tryon]\nfill = 9\nflux-2-pro = 8\n");
    const auto loaded = loadSettings(inputs_).value();
    EXPECT_EQ(fill(), 9);
    EXPECT_EQ(loaded.settings.prices.changes.size(), 4U);
    EXPECT_EQ(loaded.sources.at("PRICES"), SettingSource::File);
    environment_ = {{"PRICES", "tryon.fill=7, model_gen.flux-pro-1.1 = 10000"}};
    EXPECT_EQ(fill(), 7);
    for (const auto& row : effectiveSettings(loadSettings(inputs_).value()))
        if (row.name == "PRICES") {
            EXPECT_EQ(row.value, "tryon.fill=7,model_gen.flux-pro-1.1=10000");
        }
}

TEST_F(LoadSettingsTest, PricesThatMakeNoSenseAreRefused) {
    for (const auto* wrong : {"tryon.fill", "tryon.fill=-1", "tryon.fill=10001", "tryon.fill=1.5",
                              "grant=5", "try.fill=5", "tryon.=5", "tryon.fill=5 6"}) {
        environment_ = {{"PRICES", wrong}};
        EXPECT_THAT(refusal(), AllOf(HasSubstr("PRICES in the environment: "), HasSubstr(wrong),
                                     HasSubstr("from 0 to 10000")));
    }
    environment_ = {{"PRICES", "tryon.fill=5,scene.vto=5"}};
    EXPECT_EQ(refusal(),
              "PRICES: there is no price for scene.vto; /credits/pricing lists what there is");
}

TEST_F(LoadSettingsTest, RefusalNamesKeyOriginAndExpectation) {
    environment_ = {{"BFL_MAX_ACTIVE", "many"}};
    EXPECT_EQ(refusal(),
              "BFL_MAX_ACTIVE in the environment: \"many\" is not a whole number from 1 to 100000");
    environment_.clear();
    inputs_.flags = {{"LOG_LEVEL", "loud"}};
    EXPECT_EQ(refusal(),
              "--log-level: \"loud\" is not one of trace, debug, info, warn, error, off");
    inputs_.flags.clear();
    writeFile("[auth]\n\nsignup_credits = -1\n");
    EXPECT_THAT(refusal(),
                AllOf(HasSubstr("auth.signup_credits in "), HasSubstr("line 3: \"-1\" is not")));
}

TEST_F(LoadSettingsTest, UnknownKeyIsRefusedWithTheNearest) {
    writeFile("[bfl]\nmax_activ = 5\n");
    EXPECT_THAT(refusal(),
                AllOf(HasSubstr("bfl.max_activ in "), HasSubstr("bfl.max_active is the nearest")));
}

TEST_F(LoadSettingsTest, BrokenOrMissingFileIsRefused) {
    writeFile("[bfl\n");
    EXPECT_THAT(refusal(), HasSubstr("line 1"));
    inputs_.file = "/nonexistent/atelier.toml";
    EXPECT_THAT(refusal(), HasSubstr("/nonexistent/atelier.toml"));
}

TEST_F(LoadSettingsTest, SecretsAreNeverRepeated) {
    environment_ = {{"JWT_SECRET", "too-short"}};
    EXPECT_THAT(refusal(), AllOf(HasSubstr("JWT_SECRET"), Not(HasSubstr("too-short"))));
    const std::string secret(40, 'k');
    environment_ = {{"JWT_SECRET", secret}, {"REDIS_URL", "redis://:hunter2@cache:6379"}};
    for (const auto& row : effectiveSettings(loadSettings(inputs_).value())) {
        EXPECT_THAT(row.value.value_or(""),
                    AllOf(Not(HasSubstr(secret)), Not(HasSubstr("hunter2"))))
            << row.name;
        EXPECT_EQ(row.value == "(set, not shown)", row.name == "JWT_SECRET") << row.name;
    }
}

TEST_F(LoadSettingsTest, SettingsThatNeedEachOtherAreChecked) {
    environment_ = {{"REDIS_URL", "redis://cache"}};
    EXPECT_THAT(refusal(), HasSubstr("JWT_SECRET is missing"));
    environment_ = {{"S3_BUCKET", "photos"}};
    EXPECT_THAT(refusal(), HasSubstr("S3_ENDPOINT is missing"));
    environment_ = {{"BFL_WEBHOOKS", "on"}};
    EXPECT_THAT(refusal(), HasSubstr("PUBLIC_URL is missing"));
}

}  // namespace
}  // namespace atelier
