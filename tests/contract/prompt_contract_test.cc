#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "util/json.h"

namespace atelier::test {
namespace {

using testing::ElementsAre;
using testing::Eq;

PromptConfig prompt(std::string domain, std::int64_t version) {
    PromptConfig out;
    out.domain = std::move(domain);
    out.prompt_text = "{{prompt}}, version " + std::to_string(version);
    out.version = version;
    out.author = "someone";
    out.created_at = kNow;
    return out;
}

class PromptContract : public PortContract<Store> {
  protected:
    void store(PromptConfig config) {
        EXPECT_THAT(runTask(port().insertPrompt(std::move(config))), isOk());
    }
    std::vector<std::string> latest(std::string after, int limit) {
        std::vector<std::string> out;
        const auto found = runTask(port().latestPrompts(std::move(after), limit)).value();
        for (const auto& each : found)
            out.push_back(each.domain + " " + std::to_string(each.version));
        return out;
    }
};

TEST_P(PromptContract, BeginsEmpty) {
    EXPECT_THAT(runTask(port().latestPrompt("clothing")), isOkAnd(Eq(std::nullopt)));
    EXPECT_THAT(runTask(port().findPrompt("clothing", 1)), isOkAnd(Eq(std::nullopt)));
    EXPECT_THAT(latest("", 10), ElementsAre());
    EXPECT_TRUE(runTask(port().listPromptVersions("clothing", {})).value().items.empty());
}

TEST_P(PromptContract, KeepsEveryField) {
    auto full = prompt("pottery", 1);
    full.prompt_text = "Ein Krug, \"schön\" 🏺\n{{prompt}}";
    full.actions = {{"tryon", "{{garment}}"}, {"scene", ""}};
    full.defaults = {"fill", 30.5, 40, 2, "png"};
    full.note = "first";
    store(full);
    auto bare = prompt("pottery", 2);
    store(bare);
    reopen();
    EXPECT_EQ(json::write(runTask(port().findPrompt("pottery", 1)).value().value()),
              json::write(full));
    EXPECT_EQ(json::write(runTask(port().latestPrompt("pottery")).value().value()),
              json::write(bare));
}

TEST_P(PromptContract, AVersionIsNeverReplaced) {
    store(prompt("clothing", 3));
    auto other = prompt("clothing", 3);
    other.prompt_text = "other";
    EXPECT_THAT(runTask(port().insertPrompt(other)), failsWith(ErrorCode::Conflict));
    EXPECT_EQ(runTask(port().findPrompt("clothing", 3)).value()->prompt_text,
              "{{prompt}}, version 3");
    store(prompt("other_domain", 3));
}

TEST_P(PromptContract, OfRacingInsertsOfOneVersionOneWins) {
    std::vector<Task<Result<>>> inserts;
    for (int i = 0; i < 20; ++i) inserts.push_back(port().insertPrompt(prompt("clothing", 2)));
    const auto results = runAll(std::move(inserts));
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& r) { return r.has_value(); }), 1);
    EXPECT_THAT(results, testing::Each(testing::AnyOf(isOk(), failsWith(ErrorCode::Conflict))));
}

TEST_P(PromptContract, TheHighestNumberIsTheLatest) {
    for (const int version : {9, 10, 2}) store(prompt("clothing", version));
    EXPECT_EQ(runTask(port().latestPrompt("clothing")).value()->version, 10);
}

TEST_P(PromptContract, ListsTheLatestOfEachDomainByName) {
    for (const auto* domain : {"b", "a_1", "a"}) {
        store(prompt(domain, 1));
        store(prompt(domain, 2));
    }
    EXPECT_THAT(latest("", 10), ElementsAre("a 2", "a_1 2", "b 2"));
    EXPECT_THAT(latest("", 2), ElementsAre("a 2", "a_1 2"));
    EXPECT_THAT(latest("a_1", 2), ElementsAre("b 2"));
}

TEST_P(PromptContract, PagesThroughVersionsBackwards) {
    for (int version = 1; version <= 5; ++version) store(prompt("clothing", version));
    store(prompt("other", 6));
    const auto first =
        runTask(port().listPromptVersions("clothing", {.limit = 3, .cursor = std::nullopt}))
            .value();
    ASSERT_EQ(first.items.size(), 3);
    EXPECT_EQ(first.items[0].version, 5);
    const auto rest =
        runTask(port().listPromptVersions("clothing", {.limit = 3, .cursor = first.next_cursor}))
            .value();
    ASSERT_EQ(rest.items.size(), 2);
    EXPECT_EQ(rest.items[1].version, 1);
    EXPECT_EQ(rest.next_cursor, std::nullopt);
    EXPECT_THAT(runTask(port().listPromptVersions("clothing", {.limit = 3, .cursor = "x"})),
                failsWith(ErrorCode::ValidationFailed));
}

INSTANTIATE_TEST_SUITE_P(Every, PromptContract, testing::ValuesIn(storeBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
