#include "queue/bullmq/script_source.h"

#include <fstream>
#include <map>

#include "queue/bullmq/embedded.h"
#include "redis/script.h"
#include "support/matchers.h"

namespace atelier::bullmq {
namespace {

using test::failsWith;

std::string file(
    const std::string& lua,
    const std::string& tail = "exports.x = {\n    name: 'x',\n    content,\n    keys: 3,\n};\n") {
    return "\"use strict\";\nconst content = `" + lua + "`;\n" + tail;
}

TEST(ScriptSource, TakesTheTextAsItIs) {
    const auto source = readScript(file("return 1\n -- \"quoted\" 'and' so on\n")).value();
    EXPECT_EQ(source.lua, "return 1\n -- \"quoted\" 'and' so on\n");
    EXPECT_EQ(source.name, "x");
    EXPECT_EQ(source.arity, 3);
}

TEST(ScriptSource, RefusesEscapes) {
    for (const auto* lua : {"return '\\n'", "return `x`", "return ${x}"})
        EXPECT_THAT(readScript(file(lua)), failsWith(ErrorCode::Internal)) << lua;
}

TEST(ScriptSource, RefusesOtherFiles) {
    EXPECT_THAT(readScript(""), failsWith(ErrorCode::Internal));
    EXPECT_THAT(readScript("module.exports = require('./x');"), failsWith(ErrorCode::Internal));
    EXPECT_THAT(readScript(file("return 1", "exports.x = { content };")),
                failsWith(ErrorCode::Internal));
    EXPECT_THAT(readScript(file("return 1", "exports.x = { name: 'x', keys: many, };")),
                failsWith(ErrorCode::Internal));
}

/// script_shas.txt was written by Node: the SHA-1 of every script of the package.
TEST(ScriptSource, HasTheHashesOfNode) {
    std::map<std::string, std::string> expected;
    std::ifstream lines{ATELIER_SOURCE_DIR "/tests/unit/queue_bullmq/script_shas.txt"};
    for (std::string name, sha; lines >> name >> sha;) expected.emplace(name, sha);
    ASSERT_EQ(expected.size(), 64U);
    if (embeddedVersion().empty())
        GTEST_SKIP() << "needs npm: the package bullmq was not there when this was built";
    std::map<std::string, std::string> found;
    for (const auto text : embeddedScripts()) {
        const auto source = readScript(text).value();
        found.emplace(source.name + "-" + std::to_string(source.arity),
                      redis::Script{source.lua}.sha());
    }
    EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace atelier::bullmq
