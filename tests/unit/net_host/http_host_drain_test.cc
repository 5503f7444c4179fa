#include <future>

#include "net/http_host.h"
#include "support/matchers.h"
#include "unit/net_host/raw_client.h"
#include "util/resume.h"

namespace atelier::net {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Optional;

/// Suspends a handler until the test lets it go on.
class Gate {
  public:
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handler) { entered_.set_value(Resumer{handler}); }
    void await_resume() const noexcept {}
    std::future<Resumer> entered() { return entered_.get_future(); }

  private:
    std::promise<Resumer> entered_;
};

Task<HttpResponsePtr> finishLater(Gate* gate) {
    co_await *gate;
    auto response = drogon::HttpResponse::newHttpResponse();
    response->setBody("finished");
    co_return response;
}

TEST(HttpHostDrain, FinishesWhatRunsAndTakesNothingNew) {
    Gate gate;
    HttpHost host{{.io_threads = 1}};
    Site site;
    site.handler = [&gate](HttpRequestPtr) { return finishLater(&gate); };
    const auto port = host.port(host.addSite(site).value());
    host.start();
    auto entered = gate.entered();
    RawClient client{port};
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto go_on = entered.get();

    EXPECT_FALSE(host.drain(Deadline::after(Millis{0})));
    EXPECT_FALSE(RawClient{port}.connected());
    EXPECT_EQ(host.active(), 1u);

    go_on();
    EXPECT_TRUE(host.drain(Deadline::after(Millis{10'000})));
    EXPECT_THAT(client.readToEnd(),
                Optional(AllOf(HasSubstr("connection: close"), EndsWith("finished"))));
    host.stop();
}

}  // namespace
}  // namespace atelier::net
