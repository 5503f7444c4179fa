#include "bench.h"

namespace atelier::emulator {
namespace {

constexpr auto kPro11 = "/v1/flux-pro-1.1";

class PollTest : public Bench {};

/// Path and query of a link on the emulator.
Request download(const std::string& url, const Clock& /*clock*/) {
    Request request;
    request.method = "GET";
    const auto path = url.substr(std::string_view{"http://emulator.test"}.size());
    request.path = path.substr(0, path.find('?'));
    auto rest = path.substr(path.find('?') + 1);
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find('&'));
        std::string value;
        const auto raw = pair.substr(pair.find('=') + 1);
        for (std::size_t i = 0; i < raw.size(); ++i) {
            if (raw[i] != '%') {
                value += raw[i];
                continue;
            }
            value += static_cast<char>(std::stoi(raw.substr(i + 1, 2), nullptr, 16));
            i += 2;
        }
        request.query.emplace(pair.substr(0, pair.find('=')), value);
        rest = rest.size() == pair.size() ? "" : rest.substr(pair.size() + 1);
    }
    return request;
}

TEST_F(PollTest, ShowsUnknownTaskWithTheWholeBody) {
    const auto reply = poll("nobody");
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(
        *reply.body,
        R"({"id":"nobody","status":"Task not found","result":null,"progress":null,"details":null,"preview":null})");
}

TEST_F(PollTest, NeedsAnId) {
    EXPECT_EQ(call("GET", "/v1/get_result").status, 422);
}

TEST_F(PollTest, ShowsReadyTaskWithNullsOutsideAndNoneInside) {
    const auto body = end(submit(kPro11, R"({"prompt":"a lamp","seed":42})"));
    EXPECT_EQ(body.at("status"), "Ready");
    for (const auto* field : {"progress", "details", "preview"})
        EXPECT_TRUE(body.at(field).is_null()) << field;
    const auto& result = body.at("result").as_object();
    EXPECT_EQ(result.at("seed"), 42);
    EXPECT_EQ(result.at("prompt"), "a lamp");
    for (const auto& [name, value] : result) EXPECT_FALSE(value.is_null()) << name;
    EXPECT_TRUE(result.at("sample").as_string().starts_with("http://emulator.test/results/"));
}

TEST_F(PollTest, DeliversThePictureUntilTheLinkExpires) {
    const auto id = submit(kPro11, "{}");
    const auto link = std::string{end(id).at("result").at("sample").as_string()};
    const auto fresh = api.answer(download(link, clock));
    EXPECT_EQ(fresh.status, 200);
    EXPECT_EQ(fresh.content_type, "image/jpeg");
    EXPECT_TRUE(fresh.body->starts_with("\xFF\xD8\xFF"));
    clock.advance(Seconds{601});
    const auto expired = api.answer(download(link, clock));
    EXPECT_EQ(expired.status, 403);
    EXPECT_EQ(expired.content_type, "application/xml");
    const auto again = std::string{end(id).at("result").at("sample").as_string()};
    EXPECT_EQ(api.answer(download(again, clock)).status, 200);
}

TEST_F(PollTest, RefusesForgedLinks) {
    auto link = std::string{end(submit(kPro11, "{}")).at("result").at("sample").as_string()};
    link.replace(link.find("se=20"), 5, "se=21");
    EXPECT_EQ(api.answer(download(link, clock)).status, 403);
}

TEST_F(PollTest, ForgetsOldTasks) {
    const auto old = submit(kPro11, "{}");
    end(old);
    clock.advance(Seconds{1201});
    end(submit(kPro11, "{}"));
    EXPECT_EQ(poll(old).status, 404);
}

TEST_F(PollTest, EndsTasksAsFaultsSay) {
    fault(
        R"([{"fault":"moderate_input","reasons":["Hate"]},{"fault":"moderate_output","match":{"endpoint":"/v1/flux-dev"}},{"fault":"error","match":{"endpoint":"/v1/flux-2-pro"}}])");
    const auto input = end(submit(kPro11, "{}"));
    EXPECT_EQ(input.at("status"), "Request Moderated");
    EXPECT_TRUE(input.at("result").is_null());
    EXPECT_EQ(input.at("details").at("Moderation Reasons").at(0), "Hate");
    EXPECT_EQ(end(submit("/v1/flux-dev", "{}")).at("status"), "Content Moderated");
    EXPECT_EQ(end(submit("/v1/flux-2-pro", R"({"prompt":"x"})")).at("status"), "Error");
    EXPECT_EQ(end(submit(kPro11, "{}")).at("status"), "Ready");
}

TEST_F(PollTest, LosesTasksAndShowsUnknownStatusesAsOftenAsWanted) {
    const auto id = submit(kPro11, "{}");
    end(id);
    fault(R"({"fault":"lose_task","times":2})");
    fault(R"({"fault":"unknown_status","statusText":"Dreaming"})");
    EXPECT_EQ(poll(id).status, 404);
    EXPECT_EQ(poll(id).status, 404);
    EXPECT_EQ(read(poll(id)).at("status"), "Dreaming");
    EXPECT_EQ(read(poll(id)).at("status"), "Ready");
}

TEST_F(PollTest, GivesOutAnExpiredLinkOnce) {
    const auto id = submit(kPro11, "{}");
    end(id);
    fault(R"({"fault":"expire_delivery"})");
    const auto expired = std::string{read(poll(id)).at("result").at("sample").as_string()};
    EXPECT_EQ(api.answer(download(expired, clock)).status, 403);
    const auto good = std::string{read(poll(id)).at("result").at("sample").as_string()};
    EXPECT_EQ(api.answer(download(good, clock)).status, 200);
}

TEST_F(PollTest, CountsWhatHappens) {
    end(submit(kPro11, "{}"));
    call("POST", kPro11, R"({"width":1})");
    const auto stats = read(call("GET", "/_emulator/stats?tasks=1"));
    EXPECT_EQ(stats.at("submitted"), 1);
    EXPECT_EQ(stats.at("byEndpoint").at(kPro11), 1);
    EXPECT_EQ(stats.at("active"), 0);
    EXPECT_EQ(stats.at("ready"), 1);
    EXPECT_EQ(stats.at("rejected").at("422"), 1);
    EXPECT_EQ(stats.at("tasks").as_array().size(), 1);
}

}  // namespace
}  // namespace atelier::emulator
