#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <future>
#include <thread>

#include <fmt/format.h>

#include "bfl/client.h"
#include "emulator/emulator.h"
#include "net/curl_http_client.h"
#include "net/http_host.h"
#include "util/system_clock.h"

// Thousands of tasks in flight at once, in one client process, against the emulator in
// another one. Prints one JSON object. Arguments: tasks (10000), seconds per task (40).

namespace atelier {
namespace {

using Steady = std::chrono::steady_clock;

constexpr Millis kFirstInterval{500};
constexpr Millis kLongestInterval{5'000};

double seconds(Steady::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

double cpuSeconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto total = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return total(usage.ru_utime) + total(usage.ru_stime);
}

/// `VmRSS` or `VmHWM` of this process.
double mebibytes(const std::string& field) {
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(field + ":")) return std::stod(line.substr(field.size() + 1)) / 1024;
    }
    return 0;
}

/// Runs the emulator in a child process; its port.
int startEmulator(int tasks, Millis latency, pid_t& child) {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    child = ::fork();
    if (child != 0) {
        int port = 0;
        if (::read(ends[0], &port, sizeof port) != sizeof port) std::abort();
        return port;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    SystemClock clock;
    CurlHttpClient http;
    emulator::EmulatorOptions options;
    options.settings = {.latency_ms = latency.count(),
                        .max_active = 2 * tasks,
                        .credits = 1e9,
                        .pictures = emulator::Pictures::Tiny};
    emulator::Emulator emulator{options, clock, http};
    net::HttpHost host{net::HostOptions{.io_threads = 1}};
    const auto site = host.addSite(emulator.site("127.0.0.1", 0));
    if (!site) std::abort();
    host.start();
    const int port = host.port(*site);
    if (::write(ends[1], &port, sizeof port) != sizeof port) std::abort();
    for (;;) ::pause();
}

struct Tally {
    std::atomic<int> submitted{0};
    std::atomic<int> finished{0};
    std::atomic<int> failed{0};
    std::atomic<int> polls{0};
    std::atomic<std::int64_t> latest_ms{0};
    std::promise<void> done;

    void late(Steady::duration by) {
        const auto ms = std::chrono::duration_cast<Millis>(by).count();
        auto seen = latest_ms.load();
        while (ms > seen && !latest_ms.compare_exchange_weak(seen, ms)) {
        }
    }
    void end(bool well, int tasks) {
        if (!well) ++failed;
        if (++finished == tasks) done.set_value();
    }
};

Task<bool> follow(BflClient& client, Clock& clock, Tally& tally) {
    ProviderRequest request{
        .endpoint = "/v1/flux-pro-1.1", .parameters = {{"prompt", "a red coat"}}, .user = "u"};
    auto submitted = co_await client.submit(request, {});
    if (!submitted) co_return false;
    ++tally.submitted;
    auto interval = kFirstInterval;
    for (;;) {
        const auto due = Steady::now() + interval;
        co_await clock.sleep(interval, {});
        auto report = co_await client.poll(submitted->polling_url, {});
        tally.late(Steady::now() - due);  // its answer included
        ++tally.polls;
        if (!report) co_return false;
        if (report->state == TaskReport::State::Ready) {
            auto picture = co_await client.download(report->sample_url, {});
            co_return picture.has_value();
        }
        interval = std::min(interval * 3 / 2, kLongestInterval);
    }
}

Task<> run(BflClient& client, Clock& clock, Tally& tally, int tasks) {
    const bool well = co_await follow(client, clock, tally);
    tally.end(well, tasks);
}

int measure(int tasks, Millis latency) {
    pid_t child = 0;
    const int port = startEmulator(tasks, latency, child);
    SystemClock clock;
    CurlHttpClient http;
    BflClient client{{.api_key = emulator::Emulator::kAnyKey,
                      .base_url = fmt::format("http://127.0.0.1:{}", port),
                      .max_active = 2 * tasks},
                     http,
                     clock};
    Tally tally;
    const auto begun = Steady::now();
    for (int i = 0; i < tasks; ++i) spawn(run(client, clock, tally, tasks));
    while (tally.submitted + tally.failed < tasks) std::this_thread::sleep_for(Millis{10});
    const auto all_submitted = Steady::now();

    const auto cpu_before = cpuSeconds();
    const auto polls_before = tally.polls.load();
    std::this_thread::sleep_until(begun + latency - Millis{500});
    const auto window = seconds(Steady::now() - all_submitted);
    const auto cpu = (cpuSeconds() - cpu_before) / window;
    const auto polls = (tally.polls - polls_before) / window;
    const auto resident = mebibytes("VmRSS");
    const auto late_waiting = tally.latest_ms.load();
    tally.done.get_future().wait();
    fmt::print(
        "{{\"tasks\":{},\"failed\":{},\"submitsPerSecond\":{:.0f},\"waitingSeconds\":{:.1f},"
        "\"rssMiB\":{:.1f},"
        "\"peakRssMiB\":{:.1f},\"cpuOfOneCore\":{:.3f},\"pollsPerSecond\":{:.0f},\"latestPollMs\":{"
        "},"
        "\"latestPollInAllMs\":{},\"seconds\":{:.1f}}}\n",
        tasks, tally.failed.load(), tasks / seconds(all_submitted - begun), window, resident,
        mebibytes("VmHWM"), cpu, polls, late_waiting, tally.latest_ms.load(),
        seconds(Steady::now() - begun));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    return tally.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace atelier

int main(int count, char** arguments) {
    const int tasks = count > 1 ? std::stoi(arguments[1]) : 10'000;
    const atelier::Seconds latency{count > 2 ? std::stoi(arguments[2]) : 40};
    return atelier::measure(tasks, latency);
}
