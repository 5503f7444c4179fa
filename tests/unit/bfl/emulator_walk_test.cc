#include <zlib.h>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "bfl/client.h"
#include "emulator/emulator.h"
#include "net/curl_http_client.h"
#include "net/http_host.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "util/system_clock.h"

// Every request that the client can build is one that the provider takes: each image
// endpoint of the contract, with as little and with as much as it allows, against the
// emulator in its strict mode, from submit to the bytes of the picture.

namespace atelier::test {
namespace {

using contract::Contract;
using contract::Endpoint;
using contract::Parameter;

constexpr std::uint32_t kSide = 256;

std::string bigEndian(std::uint32_t value) {
    std::string out(4, '\0');
    for (int i = 0; i < 4; ++i)
        out[static_cast<std::size_t>(i)] = static_cast<char>(value >> (24 - 8 * i));
    return out;
}

std::string chunk(const std::string& type, const std::string& data) {
    const auto body = type + data;
    const auto crc =
        crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
    return bigEndian(static_cast<std::uint32_t>(data.size())) + body +
           bigEndian(static_cast<std::uint32_t>(crc));
}

/// A grey square as PNG.
SharedBytes square() {
    std::string rows;
    for (std::uint32_t y = 0; y < kSide; ++y) rows += '\0' + std::string(kSide, '\x80');
    std::string packed(compressBound(rows.size()), '\0');
    auto length = static_cast<uLongf>(packed.size());
    compress(reinterpret_cast<Bytef*>(packed.data()), &length,
             reinterpret_cast<const Bytef*>(rows.data()), rows.size());
    packed.resize(length);
    const std::string grey8{"\x08\0\0\0\0", 5};
    return share("\x89PNG\r\n\x1a\n" + chunk("IHDR", bigEndian(kSide) + bigEndian(kSide) + grey8) +
                 chunk("IDAT", packed) + chunk("IEND", ""));
}

/// One emulator for all tests: there is one web server per process.
class Provider : public testing::Environment {
  public:
    static Provider*& instance() {
        static Provider* provider = nullptr;
        return provider;
    }

    void SetUp() override {
        instance() = this;
        emulator::EmulatorOptions options;
        options.settings.latency_ms = 0;
        options.settings.strict = true;
        emulator_ = std::make_unique<emulator::Emulator>(options, clock, http);
        host_ = std::make_unique<net::HttpHost>(net::HostOptions{});
        const auto site = host_->addSite(emulator_->site("127.0.0.1", 0));
        ASSERT_THAT(site, isOk());
        host_->start();
        BflOptions client_options;
        client_options.api_key = emulator::Emulator::kAnyKey;
        client_options.base_url = fmt::format("http://127.0.0.1:{}", host_->port(*site));
        client = std::make_unique<BflClient>(client_options, http, clock);
    }
    void TearDown() override { host_->stop(); }

    SystemClock clock;
    CurlHttpClient http;
    std::unique_ptr<BflClient> client;

  private:
    std::unique_ptr<emulator::Emulator> emulator_;
    std::unique_ptr<net::HttpHost> host_;
};

const auto* const kProvider = testing::AddGlobalTestEnvironment(new Provider);

boost::json::value someValue(const Parameter& parameter) {
    using enum contract::Type;
    if (parameter.is_ratio) return "4:3";
    if (!parameter.allowed.empty()) return boost::json::string{parameter.allowed.back()};
    switch (parameter.type) {
        case Boolean:
            return true;
        case Number:
            return parameter.maximum.value_or(1.0);
        case Integer:
            break;
        case String:
        case StringOrList:
            return "a red coat";
    }
    if (parameter.name == "width" || parameter.name == "height") return 512;
    if (parameter.name.starts_with("reference_offset")) return 0;
    if (parameter.maximum) return static_cast<std::int64_t>(*parameter.maximum);
    return 7;
}

ProviderRequest requestFor(const Endpoint& endpoint, bool everything) {
    static const auto picture = square();
    ProviderRequest request{.endpoint = endpoint.path, .user = "u"};
    if (everything) {
        request.webhook_url = "http://127.0.0.1:1/hooks/bfl/token";
        request.webhook_secret = "secret";
    }
    for (const auto& parameter : endpoint.parameters) {
        if (!parameter.required && !everything) continue;
        if (parameter.name.starts_with("webhook") || parameter.name.ends_with("blob_path"))
            continue;  // the client sets them itself; those of the provider's own storage it never
                       // sends
        if (parameter.image == contract::Image::None) {
            request.parameters[parameter.name] = someValue(parameter);
        } else if (parameter.type == contract::Type::StringOrList) {
            request.images[parameter.name + "/0"] = picture;
            request.images[parameter.name + "/1"] = picture;
        } else {
            request.images[parameter.name] = picture;
        }
    }
    return request;
}

std::vector<Endpoint> offered() {
    auto endpoints = Contract::bfl().endpoints();
    std::erase_if(endpoints, [](const Endpoint& endpoint) {
        return endpoint.kind == contract::Kind::Service ||
               endpoint.status == contract::Status::Removed;
    });
    return endpoints;
}

Task<Result<SharedBytes>> make(ProviderRequest request) {
    auto& provider = *Provider::instance();
    auto submitted = co_await provider.client->submit(std::move(request), {});
    if (!submitted) co_return failure(submitted.error());
    for (;;) {
        auto report = co_await provider.client->poll(submitted->polling_url, {});
        if (!report) co_return failure(report.error());
        if (report->state == TaskReport::State::Gone)
            co_return failure(ErrorCode::ProviderTaskLost, "gone");
        if (report->state == TaskReport::State::Ready) {
            auto picture = co_await provider.client->download(report->sample_url, {});
            co_return picture;
        }
        co_await provider.clock.sleep(Millis{10}, {});
    }
}

std::string testName(const testing::TestParamInfo<Endpoint>& tested) {
    std::string name = tested.param.path;
    std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
}

}  // namespace
}  // namespace atelier::test

namespace atelier::contract {
void PrintTo(const Endpoint& endpoint, std::ostream* out) {
    *out << endpoint.path;
}
}  // namespace atelier::contract

namespace atelier::test {
namespace {

class EmulatorWalkTest : public testing::TestWithParam<Endpoint> {};

TEST_P(EmulatorWalkTest, TheLeastIsTaken) {
    EXPECT_THAT(runTask(make(requestFor(GetParam(), false))), isOk());
}

TEST_P(EmulatorWalkTest, EverythingIsTaken) {
    EXPECT_THAT(runTask(make(requestFor(GetParam(), true))), isOk());
}

INSTANTIATE_TEST_SUITE_P(, EmulatorWalkTest, testing::ValuesIn(offered()), testName);

TEST(EmulatorAccountTest, TellsTheBalance) {
    EXPECT_THAT(runTask(Provider::instance()->client->credits()), isOkAnd(testing::Gt(0.0)));
}

}  // namespace
}  // namespace atelier::test
