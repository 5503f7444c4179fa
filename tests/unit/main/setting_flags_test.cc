#include "main/commands/setting_flags.h"

#include <gmock/gmock.h>
#include <CLI/CLI.hpp>

#include "config/setting_table.h"

namespace atelier {
namespace {

TEST(SettingFlagsTest, FlagsLandUnderTheirSettingNames) {
    CLI::App app;
    SettingInputs inputs;
    addSettingFlags(app, inputs);
    app.parse("--listen 0.0.0.0:9000 --bfl-max-active=3 --config shop.toml");
    EXPECT_EQ(inputs.flags,
              (FlagValues{{"ATELIER_LISTEN", "0.0.0.0:9000"}, {"BFL_MAX_ACTIVE", "3"}}));
    EXPECT_EQ(inputs.file, std::filesystem::path{"shop.toml"});
}

TEST(SettingFlagsTest, HelpDescribesEverySetting) {
    CLI::App app;
    SettingInputs inputs;
    addSettingFlags(app, inputs);
    const auto help = app.help();
    for (const auto& setting : settingTable())
        EXPECT_THAT(help, testing::HasSubstr("[" + setting.name + "]"));
}

}  // namespace
}  // namespace atelier
