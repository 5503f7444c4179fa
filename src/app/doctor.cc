#include "app/doctor.h"

#include <sys/timex.h>

#include <fmt/format.h>
#include <boost/describe.hpp>

#include "app/open_blobs.h"
#include "app/shared_queue.h"
#include "app/shell.h"
#include "bfl/client.h"
#include "imaging/vips_imaging.h"
#include "net/curl_http_client.h"
#include "util/encoding.h"
#include "util/join.h"
#include "util/json.h"

namespace atelier {
namespace {

enum class Health { Ok, Warning, Failure };
BOOST_DESCRIBE_ENUM(Health, Ok, Warning, Failure)

struct Finding {
    std::string name;
    Health status = Health::Ok;
    std::string detail;
    std::optional<std::string> fix;
};
BOOST_DESCRIBE_STRUCT(Finding, (), (name, status, detail, fix))

/// What `--json` prints: shaped as /readyz is.
struct Report {
    Health status = Health::Ok;  ///< the worst of all checks
    std::vector<Finding> checks;
};
BOOST_DESCRIBE_STRUCT(Report, (), (status, checks))

using Findings = std::vector<Finding>;

constexpr auto kFixFolder = "Set ATELIER_DATA_DIR to a folder that this user can write to.";
constexpr auto kFixMongo = "Correct MONGODB_URI, or start the server; without it SQLite is used.";
constexpr auto kFixRedis =
    "Correct REDIS_URL, or start the server; without it the queue is in the SQLite file.";
constexpr auto kFixBucket = "Correct the S3_... settings, or what the key may do in the bucket.";
constexpr auto kFixProvider =
    "Check BFL_API_KEY, BFL_REGION and BFL_BASE_URL, and the way out to the internet.";
constexpr std::uintmax_t kScarce = 1ULL << 30;
constexpr std::uintmax_t kTooLittle = 64ULL << 20;

/// A PNG of one grey pixel.
constexpr auto kTinyPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

Finding failed(std::string name, const Error& error, std::string fix) {
    auto detail =
        error.cause.empty() ? error.detail : fmt::format("{} ({})", error.detail, error.cause);
    return {std::move(name), Health::Failure, std::move(detail), std::move(fix)};
}

Finding checkSettings(const LoadedSettings& loaded) {
    return {"settings",
            Health::Ok,
            fmt::format("{} set, the others at their defaults", loaded.sources.size()),
            {}};
}

Finding checkDisk(const Settings& settings) {
    std::error_code failure;
    const auto space = std::filesystem::space(settings.data.dir, failure);
    if (failure) return {"disk", Health::Failure, failure.message(), kFixFolder};
    const auto detail =
        fmt::format("{} MiB free in {}", space.available >> 20, settings.data.dir.string());
    if (space.available < kTooLittle)
        return {"disk", Health::Failure, detail, "Free space, or set ATELIER_DATA_DIR."};
    if (space.available < kScarce) return {"disk", Health::Warning, detail, "Free space soon."};
    return {"disk", Health::Ok, detail, {}};
}

/// Signatures, token expiry and leases compare clocks of several machines.
Finding checkClock() {
    timex state{};
    const auto now = toRfc3339(std::chrono::floor<Millis>(std::chrono::system_clock::now()));
    if (adjtimex(&state) == TIME_ERROR) {
        return {"clock", Health::Warning, now + ", not known to be synchronised",
                "Run a time service such as chrony."};
    }
    return {"clock", Health::Ok, now, {}};
}

Finding checkStore(const Settings& settings) {
    const auto* fix = settings.mongo.uri ? kFixMongo : kFixFolder;
    const auto shell = Shell::open(settings);
    if (!shell) return failed("store", shell.error(), fix);
    const auto done = drogon::sync_wait((*shell)->store.ping());
    if (!done) return failed("store", done.error(), fix);
    return {"store", Health::Ok, settings.mongo.uri ? "MongoDB" : "SQLite in the data folder", {}};
}

std::string inWords(const QueueDepth& depth) {
    return fmt::format("{} waiting, {} delayed, {} active", depth.waiting, depth.delayed,
                       depth.active);
}

Finding checkSharedQueue(const Settings& settings, Clock& clock) {
    const auto state = examineSharedQueue(settings.redis, clock);
    if (!state) return failed("queue", state.error(), kFixRedis);
    const auto detail = fmt::format("{}, on {}", inWords(state->depth), state->server);
    if (state->warnings.empty()) return {"queue", Health::Ok, detail, {}};
    return {"queue", Health::Warning, fmt::format("{}; {}", detail, join(state->warnings, "; ")),
            "See docs/operations.md, Redis."};
}

/// A running service keeps the local queue to itself.
Finding checkQueue(const Settings& settings, Clock& clock) {
    if (settings.redis.url) return checkSharedQueue(settings, clock);
    const auto backend = openStore(settings);
    if (!backend) return failed("queue", backend.error(), kFixFolder);
    const auto queue = openQueue(settings, *backend, clock);
    if (!queue)
        return {"queue", Health::Warning, queue.error().detail,
                "Nothing, if a service is running."};
    const auto depth = drogon::sync_wait((*queue)->depth());
    if (!depth) return failed("queue", depth.error(), kFixFolder);
    return {"queue", Health::Ok, inWords(*depth), {}};
}

/// Writes, reads and removes a probe: a key may do less than is needed.
Result<> tryOut(BlobStore& blobs) {
    auto key = drogon::sync_wait(blobs.put(share(randomBytes(64)), "png"));
    if (!key) return failure(std::move(key.error()));
    auto content = drogon::sync_wait(blobs.get(*key));
    auto removed = drogon::sync_wait(blobs.remove(*key));
    if (!content) return failure(std::move(content.error()));
    return removed;
}

Finding checkPictures(const Settings& settings, Clock& clock) {
    const auto fix = settings.s3.bucket ? kFixBucket : kFixFolder;
    WorkerPool pool{"disk", 1, 8};
    const auto blobs = openBlobs(settings, clock, pool);
    if (!blobs) return failed("pictures", blobs.error(), fix);
    const auto done = tryOut(**blobs);
    if (!done) return failed("pictures", done.error(), fix);
    return {"pictures",
            Health::Ok,
            settings.s3.bucket
                ? fmt::format("bucket {} at {}", *settings.s3.bucket, *settings.s3.endpoint)
                : "files in the data folder",
            {}};
}

Finding checkImages() {
    const VipsImaging imaging{1};
    const auto png = fromBase64(kTinyPng);
    if (const auto jpeg = imaging.convert(*png, ImageFormat::Jpeg); !jpeg) {
        return failed("images", jpeg.error(), "Install the distribution's libvips.");
    }
    if (!imaging.facesAvailable()) {
        return {"images", Health::Warning,
                "faces are not found: masks rest on the silhouette alone", "Install opencv-data."};
    }
    return {"images", Health::Ok, "PNG is read and JPEG written, faces are found", {}};
}

Finding checkProvider(const BflSettings& bfl, Clock& clock) {
    if (!bfl.api_key && !bfl.base_url) {
        return {"provider", Health::Warning,
                "no BFL_API_KEY: `atelier serve` starts the built-in emulator",
                "Set BFL_API_KEY for real pictures."};
    }
    BflOptions options;
    options.api_key = bfl.api_key.value_or("none");
    options.region = bfl.region;
    options.base_url = bfl.base_url.value_or("");
    CurlHttpClient http;
    BflClient client{options, http, clock};
    const auto credits = drogon::sync_wait(client.credits());
    if (!credits) return failed("provider", credits.error(), kFixProvider);
    const auto detail = fmt::format("{:.1f} credits left", *credits);
    if (*credits <= 0) return {"provider", Health::Failure, detail, "Buy credits at the provider."};
    return {"provider", Health::Ok, detail, {}};
}

Findings examine(const LoadedSettings& loaded) {
    const auto& settings = loaded.settings;
    SystemClock clock;
    Findings found{checkSettings(loaded), checkStore(settings)};
    if (found.back().status != Health::Failure) {
        found.push_back(checkQueue(settings, clock));
        found.push_back(checkPictures(settings, clock));
    }
    found.push_back(checkDisk(settings));
    found.push_back(checkClock());
    found.push_back(checkImages());
    found.push_back(checkProvider(settings.bfl, clock));
    return found;
}

}  // namespace

int runDoctor(const Result<LoadedSettings>& loaded, bool as_json) {
    const auto found =
        loaded ? examine(*loaded)
               : Findings{failed("settings", loaded.error(),
                                 "Correct the value; `atelier config` lists what is expected.")};
    const auto worst = std::ranges::max(found, {}, &Finding::status).status;
    if (as_json) {
        fmt::print("{}\n", json::write(Report{worst, found}));
        return worst == Health::Failure ? 1 : 0;
    }
    for (const auto& finding : found) {
        fmt::print("{:<8} {:<9} {}{}\n", nameOf(finding.status), finding.name, finding.detail,
                   finding.fix ? fmt::format(" -> {}", *finding.fix) : "");
    }
    return worst == Health::Failure ? 1 : 0;
}

}  // namespace atelier
