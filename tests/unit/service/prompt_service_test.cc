#include "service/prompt_service.h"

#include <chrono>
#include <functional>
#include <thread>

#include <fmt/format.h>

#include "store/sqlite/sqlite_store.h"
#include "support/fake_clock.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "support/samples.h"
#include "support/temp_dir.h"

namespace atelier::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The service of one process; several share a folder.
struct Process {
    explicit Process(const TempDir& dir, const Clock& clock)
        : database{sqlite::Database::open(dir.path()).value()},
          store{SqliteStore::open(database).value()},
          audit{*store, clock},
          service{*store, prices, audit, clock} {}

    std::shared_ptr<sqlite::Database> database;
    std::unique_ptr<SqliteStore> store;
    PriceTable prices = PriceTable::defaults();
    AuditLog audit;
    PromptService service;
};

/// What another process wrote is seen a few milliseconds later (sqlite::Readers::kSnapshotAge).
bool soon(const std::function<bool()>& seen) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!seen()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::yield();
    }
    return true;
}

class PromptServiceTest : public testing::Test {
  protected:
    Result<PromptConfig> add(NewPrompt prompt) {
        return runTask(process_.service.add(admin_, std::move(prompt)));
    }
    PromptConfig added(std::string domain, std::string text) {
        return add({.domain = std::move(domain), .prompt_text = std::move(text)}).value();
    }
    Result<PromptConfig> current(std::string domain) {
        return runTask(process_.service.current(std::move(domain)));
    }
    std::vector<std::string> list(PageRequest page = {}) {
        std::vector<std::string> out;
        const auto found = runTask(process_.service.list(std::nullopt, std::move(page))).value();
        for (const auto& each : found.items)
            out.push_back(fmt::format("{} {}", each.domain, each.version));
        return out;
    }
    std::vector<std::int64_t> versions(std::string domain) {
        std::vector<std::int64_t> out;
        const auto found = runTask(process_.service.history(std::move(domain), {})).value();
        for (const auto& each : found.items) out.push_back(each.version);
        return out;
    }

    SeqIds ids_;
    FakeClock clock_{kNow};
    TempDir dir_;
    Process process_{dir_, clock_};
    Caller admin_{std::make_shared<const User>(someUser(ids_)), "request-1"};
};

TEST_F(PromptServiceTest, TheSeededDomainsAreThereWhenNothingIsStored) {
    EXPECT_EQ(current("clothing")->author, "atelier");
    EXPECT_THAT(list(), ElementsAre("clothing 1", "interior_design 1"));
    EXPECT_THAT(versions("interior_design"), ElementsAre(1));
    EXPECT_EQ(runTask(process_.service.version("clothing", 1))->version, 1);
}

TEST_F(PromptServiceTest, AnUnknownDomainIsRefusedWithThoseThereAre) {
    added("pottery", "{{prompt}}");
    const auto found = current("potery");
    ASSERT_THAT(found, failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(found.error().detail, HasSubstr("clothing, interior_design, pottery"));
    EXPECT_EQ(found.error().fields.at(0).pointer, "/domain");
    EXPECT_THAT(runTask(process_.service.history("potery", {})), failsWith(ErrorCode::NotFound));
    EXPECT_THAT(runTask(process_.service.version("pottery", 2)), failsWith(ErrorCode::NotFound));
    EXPECT_THAT(runTask(process_.service.version("clothing", 2)), failsWith(ErrorCode::NotFound));
}

TEST_F(PromptServiceTest, ASeededDomainsHistoryBeginsWithWhatItWas) {
    const auto seeded = current("clothing").value();
    const auto next = added("clothing", "new {{prompt}}");
    EXPECT_EQ(next.version, 2);
    EXPECT_EQ(next.author, admin_.user->id.str());
    EXPECT_EQ(next.created_at, kNow);
    EXPECT_THAT(next.actions, IsEmpty());
    EXPECT_EQ(current("clothing")->prompt_text, "new {{prompt}}");
    EXPECT_THAT(versions("clothing"), ElementsAre(2, 1));
    EXPECT_EQ(runTask(process_.service.version("clothing", 1))->actions, seeded.actions);
}

TEST_F(PromptServiceTest, AnotherProcessUsesANewVersionSoon) {
    Process other{dir_, clock_};
    EXPECT_EQ(runTask(other.service.current("clothing"))->version, 1);
    added("clothing", "new {{prompt}}");
    EXPECT_TRUE(soon([&] {
        return runTask(other.service.current("clothing")).value().prompt_text == "new {{prompt}}";
    }));
    added("pottery", "{{prompt}}");
    EXPECT_TRUE(soon([&] { return runTask(other.service.current("pottery")).has_value(); }));
}

TEST_F(PromptServiceTest, OfManyAtOnceEachGetsAVersion) {
    Process other{dir_, clock_};
    std::vector<Task<Result<PromptConfig>>> adds;
    for (int i = 0; i < 10; ++i) {
        auto& service = i % 2 == 0 ? process_.service : other.service;
        adds.push_back(service.add(
            admin_, {.domain = "clothing", .prompt_text = fmt::format("{} {{{{prompt}}}}", i)}));
    }
    std::vector<std::int64_t> got;
    for (const auto& result : runAll(std::move(adds))) got.push_back(result.value().version);
    std::ranges::sort(got);
    EXPECT_THAT(got, ElementsAre(2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
    EXPECT_THAT(versions("clothing"), testing::SizeIs(11));
    EXPECT_EQ(runTask(process_.audit.verify())->head.seq, 10);
}

TEST_F(PromptServiceTest, RollingBackMakesANewVersion) {
    NewPrompt rich{
        "pottery", "{{prompt}}", {{"tryon", "a {{garment}}"}}, {"fill", 40, 20, 1, "png"}, "rich"};
    add(rich).value();
    added("pottery", "poor {{prompt}}");
    const auto back = runTask(process_.service.rollBack(admin_, "pottery", 1)).value();
    EXPECT_EQ(back.version, 3);
    EXPECT_EQ(back.actions, rich.actions);
    EXPECT_EQ(back.defaults.guidance, 40);
    EXPECT_EQ(back.note, "back to version 1");
    EXPECT_EQ(current("pottery")->version, 3);
    const auto unknown = runTask(process_.service.rollBack(admin_, "pottery", 9));
    ASSERT_THAT(unknown, failsWith(ErrorCode::ValidationFailed));
    EXPECT_EQ(unknown.error().fields.at(0).pointer, "/version");
    EXPECT_THAT(runTask(process_.service.rollBack(admin_, "nothing", 1)),
                failsWith(ErrorCode::NotFound));
    // A seeded domain of which nothing is stored has a version 1 too.
    EXPECT_EQ(runTask(process_.service.rollBack(admin_, "clothing", 1))->version, 2);
    const auto last = runTask(process_.store->lastAudit()).value().value();
    EXPECT_EQ(last.action, "prompt.rollback");
    EXPECT_EQ(last.subject, "clothing");
}

TEST_F(PromptServiceTest, ListsEveryDomainByNameInPages) {
    for (const auto* domain : {"pottery", "art", "interior_design"}) added(domain, "{{prompt}}");
    EXPECT_THAT(list(), ElementsAre("art 1", "clothing 1", "interior_design 2", "pottery 1"));
    std::vector<std::string> walked;
    PageRequest request{.limit = 1, .cursor = std::nullopt};
    do {
        const auto page = runTask(process_.service.list(std::nullopt, request)).value();
        for (const auto& each : page.items) walked.push_back(each.domain);
        request.cursor = page.next_cursor;
    } while (request.cursor);
    EXPECT_THAT(walked, ElementsAre("art", "clothing", "interior_design", "pottery"));
    EXPECT_THAT(runTask(process_.service.list("pottery", {})).value().items, testing::SizeIs(1));
    EXPECT_THAT(runTask(process_.service.list("nothing", {})).value().items, IsEmpty());
}

TEST_F(PromptServiceTest, EveryMistakeIsNamed) {
    const auto refused =
        add({.domain = "pottery",
             .prompt_text = "a {{colour}}",
             .actions = {{"scene", "{{prompt"}, {"tryon", "  "}, {"dance", "{{prompt}}"}},
             .defaults = {"flux-pro-1.1", 1.4, 51, 7, "gif"}});
    ASSERT_THAT(refused, failsWith(ErrorCode::PromptInvalid));
    std::vector<std::string> pointers;
    for (const auto& field : refused.error().fields) pointers.push_back(field.pointer);
    EXPECT_THAT(pointers, ElementsAre("/promptText", "/actions", "/actions/scene", "/actions/tryon",
                                      "/defaults/engine", "/defaults/guidance", "/defaults/steps",
                                      "/defaults/safetyTolerance", "/defaults/outputFormat"));
    EXPECT_THAT(refused.error().detail, HasSubstr("character 3"));
    EXPECT_THAT(current("pottery"), failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(add({.domain = "pottery", .prompt_text = "{{prompt}}", .defaults = {.steps = 14}}),
                failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(
        add({.domain = "pottery", .prompt_text = "x", .defaults = {"fill", 100, 15, 0, "webp"}}),
        isOk());
}

TEST_F(PromptServiceTest, ADefaultEngineNeedsNoMoreThanEveryTryOnHas) {
    const auto refused = add({.domain = "pottery",
                              .prompt_text = "{{prompt}}",
                              .defaults = {.engine = "fill-finetuned"}});
    ASSERT_THAT(refused, failsWith(ErrorCode::ValidationFailed));
    ASSERT_EQ(refused.error().fields.size(), 1U);
    EXPECT_EQ(refused.error().fields[0].pointer, "/defaults/engine");
    EXPECT_THAT(refused.error().fields[0].message, HasSubstr("finetuneId"));
    for (const auto* engine : {"vto", "flux-2-klein-4b", "kontext-max"})
        EXPECT_THAT(
            add({.domain = "pottery", .prompt_text = "{{prompt}}", .defaults = {.engine = engine}}),
            isOk());
}

TEST_F(PromptServiceTest, PreviewsWhatAJobWouldSend) {
    PromptPreview in{"clothing", PromptAction::Tryon, "{{category}}: {{garment}}", {}};
    in.variables.category = "upper_body";
    in.variables.garment = "red\nshirt";
    const auto shown = runTask(process_.service.preview(in)).value();
    EXPECT_EQ(shown.text, "top: red shirt");
    EXPECT_THAT(shown.warnings, ElementsAre(HasSubstr("does not use {{prompt}}")));

    in.prompt_text.reset();
    EXPECT_THAT(runTask(process_.service.preview(in)).value().text,
                HasSubstr("photo of the top: red shirt"));
    in.domain = "not_there_yet";
    EXPECT_THAT(runTask(process_.service.preview(in)), failsWith(ErrorCode::ValidationFailed));
    in.prompt_text = "{{scene}}";
    in.action = PromptAction::Scene;
    EXPECT_THAT(runTask(process_.service.preview(in)).value().warnings,
                testing::Contains(HasSubstr("does not use {{prompt}}")));
    in.prompt_text = "a {{b}}";
    const auto bad = runTask(process_.service.preview(in));
    ASSERT_THAT(bad, failsWith(ErrorCode::PromptInvalid));
    EXPECT_EQ(bad.error().fields.at(0).pointer, "/promptText");
}

}  // namespace
}  // namespace atelier::test
