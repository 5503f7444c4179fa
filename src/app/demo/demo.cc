#include "app/demo/demo.h"

#include <unistd.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include <fmt/format.h>

#include "app/app.h"
#include "app/demo/journey.h"
#include "imaging/figures.h"
#include "telemetry/log.h"
#include "util/encoding.h"
#include "util/scope_exit.h"

namespace atelier {
namespace {

namespace fs = std::filesystem;

void say(const std::string& line) {
    std::cout << line << std::endl;
}

Result<SharedBytes> readFile(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream content;
    content << file.rdbuf();
    if (!file) return failure(ErrorCode::NotFound, "cannot read " + path.string());
    return share(std::move(content).str());
}

Result<SharedBytes> photoOr(const std::optional<fs::path>& path, EncodedImage (*draw)(),
                            const std::string& what) {
    if (path) return readFile(*path);
    say(fmt::format("No {} photo given: using one that is drawn.", what));
    return draw().bytes;
}

/// Quiet, quick, on free ports, with everything in `dir`.
Settings demoSettings(const fs::path& dir) {
    Settings settings;
    settings.http.listen = {"127.0.0.1", 0};
    settings.http.drain_timeout = Seconds{2};
    settings.data.dir = dir;
    settings.log.level = LogLevel::Warn;
    return settings;
}

Result<> takeJourney(App& app, JourneyInputs inputs) {
    CurlHttpClient http;
    ApiClient api{http, app.url()};
    Journey journey{api, std::move(inputs), say};
    return journey.run();
}

Result<> run(const DemoOptions& options, const fs::path& dir, const fs::path& out) {
    auto person = photoOr(options.person, imaging::drawDefaultFigure, "person");
    if (!person) return failure(std::move(person.error()));
    auto garment = photoOr(options.garment, imaging::drawDefaultGarment, "garment");
    if (!garment) return failure(std::move(garment.error()));
    std::error_code failed;
    fs::create_directories(out, failed);
    if (failed)
        return failure(ErrorCode::NotReady,
                       fmt::format("cannot make {}: {}", out.string(), failed.message()));

    const auto begun = std::chrono::steady_clock::now();
    auto app = App::create(demoSettings(dir), {});
    if (!app) return failure(std::move(app.error()));
    (*app)->start();
    const auto took = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - begun);
    say(fmt::format(" 0. {:<28} {:>6} ms   {}, provider: emulator", "start", took.count(),
                    (*app)->url()));
    auto done = takeJourney(**app, {*person, *garment, options.category, options.engine, out});
    (*app)->stop();
    return done;
}

}  // namespace

int runDemo(const DemoOptions& options) {
    const log::Session logging{LogLevel::Warn};
    const auto dir = fs::temp_directory_path() / ("atelier-demo-" + std::to_string(::getpid()));
    const ScopeExit cleanup{[&] {
        std::error_code ignored;
        fs::remove_all(dir, ignored);
    }};
    const auto out = fs::absolute(options.out.value_or("atelier-demo"));
    auto done = run(options, dir, out);
    if (!done) {
        say("The demo failed: " + done.error().detail);
        return 1;
    }
    say("All pictures are in " + out.string() + "; begin with the contact sheet.");
    return 0;
}

}  // namespace atelier
