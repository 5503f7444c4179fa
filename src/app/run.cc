#include "app/run.h"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>

#include <fmt/format.h>

#include "app/app.h"
#include "app/signals.h"
#include "telemetry/log.h"

namespace atelier {
namespace {

int refuse(const Error& error) {
    fmt::print(stderr, "atelier: {}{}\n", error.detail,
               error.cause.empty() ? "" : " (" + error.cause + ")");
    return 1;
}

/// The one line on stdout; whoever started us waits for it.
void announce(const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

int run(const Settings& settings, App::Roles roles) {
    const StopSignals signals;
    std::optional<log::Session> logging{std::in_place, settings.log.level};
    auto app = App::create(settings, roles);
    if (!app) return refuse(app.error());
    (*app)->start();
    if (!roles.api && !(*app)->url().empty())
        log::info("health and metrics", {{"url", (*app)->url()}});
    announce(roles.api ? "listening on " + (*app)->url() : "worker ready");
    signals.wait();
    if ((*app)->stop()) return 0;
    // What did not drain is left as by a crash, which costs nothing, instead of being torn down
    // under its feet.
    logging.reset();
    std::_Exit(0);
}

}  // namespace

int runServe(const Settings& settings, bool with_worker) {
    return run(settings, {.api = true, .worker = with_worker});
}

int runWorker(const Settings& settings) {
    if (!settings.redis.url)
        return refuse(Error{ErrorCode::ValidationFailed,
                            "a worker of its own needs a queue that processes share: set "
                            "REDIS_URL, or let `atelier "
                            "serve` work as well"});
    if (!settings.bfl.api_key && !settings.bfl.base_url)
        return refuse(Error{
            ErrorCode::ValidationFailed,
            "workers share one provider: set BFL_API_KEY, or BFL_BASE_URL with the address of an "
            "`atelier emulator`"});
    return run(settings, {.api = false, .worker = true});
}

int runEmulator(const EmulatorFlags& flags) {
    const StopSignals signals;
    const log::Session logging{LogLevel::Info};
    SystemClock clock;
    CurlHttpClient http;
    net::HttpHost host{net::HostOptions{}};
    emulator::EmulatorOptions options;
    options.settings.latency_ms = flags.latency_ms;
    options.seed = flags.seed;
    emulator::Emulator emulator{options, clock, http};
    auto site = host.addSite(emulator.site(flags.listen.host, flags.listen.port));
    if (!site) return refuse(site.error());
    host.start();
    announce("listening on http://" + ListenAddress{flags.listen.host, host.port(*site)}.str());
    signals.wait();
    host.drain(Deadline::after(Seconds{2}));
    host.stop();
    return 0;
}

}  // namespace atelier
