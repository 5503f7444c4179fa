#pragma once

#include <gmock/gmock.h>

#include "bfl/client.h"
#include "net/curl_http_client.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "support/scripted_server.h"
#include "util/system_clock.h"

namespace atelier::test {

inline const Bytes kPng = Bytes{"\x89PNG\r\n\x1a\n"} + "pixels";

/// Writes down what the client tells about itself.
class Notes final : public BflObserver {
  public:
    void called(std::string_view, ProviderCall, std::optional<ErrorCode>, Millis) override {
        ++calls;
    }
    void taskEnded(std::string_view, Millis, int polls) override { task_polls.push_back(polls); }
    void rateLimited(std::string_view) override { ++rate_limited; }
    void breaker(std::string_view, BreakerState state) override { breaker_states.push_back(state); }
    void spent(std::string_view, double credits) override { spent_credits += credits; }
    void activeTasks(std::string_view, int tasks) override { active = tasks; }
    void unknownStatus(std::string_view status) override { unknown.emplace_back(status); }

    std::atomic<int> calls{0};
    std::atomic<int> rate_limited{0};
    std::atomic<int> active{0};
    double spent_credits = 0;
    std::vector<int> task_polls;
    std::vector<BreakerState> breaker_states;
    std::vector<std::string> unknown;
};

/// A client of a scripted provider: real sockets, quick retries.
class ProviderFixture : public testing::Test {
  protected:
    static BflOptions quick(const std::string& base_url) {
        return {.api_key = "bfl_key",
                .base_url = base_url,
                .retries = {.max_retries = 2, .base = Millis{1}, .cap = Millis{5}},
                .submit_timeout = Millis{10'000},
                .poll_timeout = Millis{10'000},
                .download_timeout = Millis{10'000},
                .cancel_grace = Millis{20}};
    }

    void serve(ScriptedServer::Script script) {
        serve(std::move(script), [](BflOptions&) {});
    }
    void serve(ScriptedServer::Script script, const std::function<void(BflOptions&)>& change) {
        server_ = std::make_unique<ScriptedServer>(std::move(script));
        auto options = quick(server_->url(""));
        change(options);
        client_ = std::make_unique<BflClient>(options, http_, clock_, &notes_);
    }
    /// Every reply is this one.
    void serveReply(int status, const std::string& body, const std::string& headers = {}) {
        serve([=](Peer& peer, const SeenRequest&) { peer.reply(status, body, headers); });
    }

    static ProviderRequest generate() {
        return {.endpoint = "/v1/flux-pro-1.1",
                .parameters = {{"prompt", "a red coat"}, {"width", 512}},
                .user = "u"};
    }
    static ProviderRequest fill() {
        return {.endpoint = "/v1/flux-pro-1.0-fill",
                .parameters = {{"prompt", "a red coat"}},
                .images = {{"image", share(kPng)}, {"mask", share(kPng)}},
                .user = "u"};
    }

    Result<Submission> submit(ProviderRequest request) {
        return runTask(client_->submit(std::move(request), {}));
    }
    Result<TaskReport> poll(const std::string& path = "/v1/get_result?id=t1") {
        return runTask(client_->poll(server_->url(path), {}));
    }
    Result<SharedBytes> download(const std::string& url) {
        return runTask(client_->download(url, {}));
    }
    std::size_t requests() const { return server_->requests().size(); }

    Notes notes_;
    SystemClock clock_;
    CurlHttpClient http_;
    std::unique_ptr<ScriptedServer> server_;
    std::unique_ptr<BflClient> client_;
};

}  // namespace atelier::test
