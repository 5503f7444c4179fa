#include "net/curl_http_client.h"

#include "net/curl_loop.h"
#include "net/curl_transfer.h"

namespace atelier {
namespace {

using net::CurlLoop;
using net::Transfer;

class Exchange {
  public:
    Exchange(CurlLoop& loop, std::shared_ptr<Transfer> transfer)
        : loop_{loop}, transfer_{std::move(transfer)} {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) {
        transfer_->onFinished(Resumer{caller});
        // This object may be gone before `start` returns.
        auto& loop = loop_;
        auto transfer = transfer_;
        loop.start(std::move(transfer));
    }
    void await_resume() const noexcept {}

  private:
    CurlLoop& loop_;
    std::shared_ptr<Transfer> transfer_;
};

struct Cancel {
    CurlLoop& loop;
    std::shared_ptr<Transfer> transfer;
    void operator()() const { loop.cancel(transfer); }
};

}  // namespace

CurlHttpClient::CurlHttpClient(CurlOptions options)
    : any_{std::make_unique<CurlLoop>(options, /*public_only=*/false)},
      public_only_{std::make_unique<CurlLoop>(options, /*public_only=*/true)} {}

CurlHttpClient::~CurlHttpClient() = default;

Task<std::expected<HttpResponse, HttpError>> CurlHttpClient::send(HttpRequest request,
                                                                  std::stop_token stop) {
    auto& loop = request.public_addresses_only ? *public_only_ : *any_;
    auto transfer = std::make_shared<Transfer>(std::move(request));
    std::stop_callback<Cancel> on_stop{stop, Cancel{loop, transfer}};
    Exchange exchange{loop, transfer};
    co_await exchange;
    auto outcome = transfer->takeOutcome();
    co_return std::move(outcome);
}

}  // namespace atelier
