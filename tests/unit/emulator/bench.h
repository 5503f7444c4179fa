#pragma once

#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "emulator/doors.h"
#include "emulator/provider_api.h"
#include "util/encoding.h"
#include "util/system_clock.h"

namespace atelier::emulator {

/// Remembers what it was asked to send and answers with the statuses given, the last for ever.
class RecordingHttp final : public HttpClient {
  public:
    Task<std::expected<HttpResponse, HttpError>> send(HttpRequest request,
                                                      std::stop_token) override {
        const std::lock_guard lock{mutex_};
        sent_.push_back(std::move(request));
        HttpResponse response;
        response.status = statuses_.front();
        if (statuses_.size() > 1) statuses_.erase(statuses_.begin());
        co_return response;
    }
    void answerWith(std::vector<int> statuses) { statuses_ = std::move(statuses); }
    std::vector<HttpRequest> sent() const {
        const std::lock_guard lock{mutex_};
        return sent_;
    }

  private:
    mutable std::mutex mutex_;
    std::vector<HttpRequest> sent_;
    std::vector<int> statuses_{200};
};

/// A clock whose sleeps are over at once, and noted.
class HastyClock final : public Clock {
  public:
    Instant now() const override { return system_.now() + ahead_; }
    Task<bool> sleep(Millis duration, std::stop_token) override {
        const std::lock_guard lock{mutex_};
        sleeps_.push_back(duration);
        co_return true;
    }
    void alarm(Millis after, std::stop_token off, std::function<void()> ring) override {
        system_.alarm(after, std::move(off), std::move(ring));
    }
    void advance(Millis by) { ahead_ += by; }
    std::vector<Millis> sleeps() const {
        const std::lock_guard lock{mutex_};
        return sleeps_;
    }

  private:
    SystemClock system_;
    Millis ahead_{0};
    mutable std::mutex mutex_;
    std::vector<Millis> sleeps_;
};

/// The emulator without its web server.
class Bench : public testing::Test {
  protected:
    static Settings quick() {
        Settings settings;
        settings.latency_ms = 0;
        settings.pictures = Pictures::Tiny;
        return settings;
    }

    Reply call(std::string method, std::string path, std::string body = {},
               std::string key = "bfl_test_key_1234") {
        Request request;
        request.method = std::move(method);
        const auto query = path.find('?');
        request.path = path.substr(0, query);
        if (query != std::string::npos) {
            const auto pair = path.substr(query + 1);
            request.query.emplace(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
        }
        request.origin = "http://emulator.test";
        request.key = std::move(key);
        request.body = share(std::move(body));
        return Doors::isDoor(request.path) ? doors.answer(request) : api.answer(request);
    }

    static boost::json::object read(const Reply& reply) {
        return boost::json::parse(*reply.body).as_object();
    }

    std::string submit(const std::string& path, const std::string& body) {
        const auto reply = call("POST", path, body);
        EXPECT_EQ(reply.status, 200) << *reply.body;
        return reply.status == 200 ? std::string{read(reply).at("id").as_string()} : "";
    }

    Reply poll(const std::string& id) { return call("GET", "/v1/get_result?id=" + id, {}, {}); }

    /// Polls until the task has ended.
    boost::json::object end(const std::string& id) {
        const auto deadline = Deadline::after(Millis{20'000});
        for (;;) {
            auto body = read(poll(id));
            if (body.at("status") != "Pending" || deadline.expired()) return body;
            std::this_thread::yield();
        }
    }

    void fault(const std::string& body) {
        ASSERT_EQ(call("POST", "/_emulator/faults", body).status, 200);
    }

    HastyClock clock;
    RecordingHttp http;
    State state{LiveSettings{quick()}, TaskTable{64u << 20, Seconds{1200}}, FaultList{},
                RequestLog{10}, DeliveryLinks{"key of the links"}};
    TaskRunner runner{clock, http, state.tasks, state.links, state.settings};
    ProviderApi api{state, runner, clock, {}, 1};
    Doors doors{state};
};

}  // namespace atelier::emulator
