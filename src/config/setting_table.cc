#include "config/setting_table.h"

#include <algorithm>

#include "config/codec.h"

namespace atelier {
namespace {

using config::byteCount;
using config::choice;
using config::duration;
using config::list;
using config::onOff;
using config::optionalText;
using config::optionalUrl;
using config::pixelCount;
using config::wholeNumber;

/// `BFL_MAX_ACTIVE` → `--bfl-max-active`.
std::string flagOf(std::string_view name) {
    std::string flag = "--";
    for (const char c : name)
        flag += c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return flag;
}

template <class Section, class Value>
Setting row(std::string name, std::string key, config::Codec<Value> codec,
            Section Settings::* section, Value Section::* field, std::string description) {
    auto flag = flagOf(name);
    return {std::move(name),
            std::move(flag),
            std::move(key),
            codec.type,
            codec.unit,
            codec.expected,
            std::move(description),
            false,
            [section, field, parse = codec.parse](Settings& settings, std::string_view word) {
                auto value = parse(word);
                if (value) settings.*section.*field = std::move(*value);
                return value.has_value();
            },
            [section, field, show = codec.show](const Settings& settings) {
                return show(settings.*section.*field);
            }};
}

Setting secret(Setting row) {
    row.secret = true;
    return row;
}

Setting withFlag(std::string flag, Setting row) {
    row.flag = std::move(flag);
    return row;
}

using Rows = std::vector<Setting>;
constexpr auto kYear = std::chrono::days{366};

Rows serverRows() {
    using S = Settings;
    using H = HttpSettings;
    return {
        withFlag("--listen",
                 row("ATELIER_LISTEN", "http.listen", config::listenAddress(), &S::http, &H::listen,
                     "Address and port to serve on; port 0 takes a free one.")),
        withFlag("--data",
                 row("ATELIER_DATA_DIR", "data.dir", config::folder(), &S::data, &DataSettings::dir,
                     "Folder of the SQLite file, pictures and generated keys.")),
        row("PUBLIC_URL", "http.public_url", optionalUrl({"https", "http"}), &S::http,
            &H::public_url,
            "Where clients and the provider reach this service; default: the address listened on."),
        row("CORS_ORIGINS", "http.cors_origins",
            list("origins such as https://shop.example, or *", config::isOrigin), &S::http,
            &H::cors_origins, "Origins whose browser pages may call the API, separated by commas."),
        row("TRUSTED_PROXIES", "http.trusted_proxies",
            list("addresses or CIDR blocks such as 10.0.0.0/8", config::isAddressBlock), &S::http,
            &H::trusted_proxies, "Proxies whose X-Forwarded-For is believed, separated by commas."),
        secret(row("METRICS_TOKEN", "http.metrics_token",
                   optionalText("at least 16 visible characters", 16), &S::http, &H::metrics_token,
                   "Bearer token that opens /metrics beside an admin's.")),
        row("DRAIN_TIMEOUT", "http.drain_timeout", duration(Seconds{0}, Seconds{3600}), &S::http,
            &H::drain_timeout, "Longest wait for running requests at shutdown."),
    };
}

Rows accountRows() {
    using S = Settings;
    using A = AuthSettings;
    return {
        secret(row(
            "JWT_SECRET", "auth.jwt_secret", optionalText("at least 32 visible characters", 32),
            &S::auth, &A::jwt_secret,
            "Key of access tokens. On one machine it is made once and kept in the data folder.")),
        row("ACCESS_TOKEN_TTL", "auth.access_token_ttl",
            duration(Seconds{10}, std::chrono::days{1}), &S::auth, &A::access_token_ttl,
            "Life of an access token."),
        row("REFRESH_TOKEN_TTL", "auth.refresh_token_ttl", duration(Seconds{60}, kYear), &S::auth,
            &A::refresh_token_ttl, "Life of a refresh token, counted from its last use."),
        row("REGISTRATION", "auth.registration", choice<Registration>(), &S::auth, &A::registration,
            "Whether anyone may register; closed: accounts come from `atelier user create`."),
        row("SIGNUP_CREDITS", "auth.signup_credits", wholeNumber(0, 1'000'000, "credits"), &S::auth,
            &A::signup_credits, "Credits a new account starts with."),
        row("LOGIN_ATTEMPTS", "auth.login_attempts", wholeNumber(1, 10'000, "attempts"), &S::auth,
            &A::login_attempts,
            "Failed logins in 15 minutes, by account and by address, before further ones wait."),
        row("REGISTRATIONS_PER_HOUR", "auth.registrations_per_hour",
            wholeNumber(0, 1'000'000, "accounts"), &S::auth, &A::registrations_per_hour,
            "Accounts that may be opened from one address in an hour; 0: any number."),
    };
}

Rows providerRows() {
    using S = Settings;
    using B = BflSettings;
    return {
        secret(row("BFL_API_KEY", "bfl.api_key",
                   optionalText("the key of a Black Forest Labs account"), &S::bfl, &B::api_key,
                   "Provider key. Without it and BFL_BASE_URL, serve starts the emulator.")),
        row("BFL_REGION", "bfl.region", choice<BflRegion>(), &S::bfl, &B::region,
            "Provider region; eu and us are never left."),
        row("BFL_BASE_URL", "bfl.base_url", optionalUrl({"https", "http"}), &S::bfl, &B::base_url,
            "Provider address in place of a region, such as the emulator's."),
        row("BFL_MAX_ACTIVE", "bfl.max_active", wholeNumber(1, 100'000, "tasks"), &S::bfl,
            &B::max_active, "Most provider tasks at a time."),
        row("BFL_WEBHOOKS", "bfl.webhooks", onOff(), &S::bfl, &B::webhooks,
            "Let the provider call back at PUBLIC_URL; polling goes on as a fallback."),
        row("BFL_JOB_DEADLINE", "bfl.job_deadline", duration(Seconds{10}, std::chrono::days{1}),
            &S::bfl, &B::job_deadline,
            "Longest wait for a place at the provider, and then for its picture."),
        row("BFL_TIMEOUT", "bfl.timeout", duration(Seconds{1}, Seconds{600}), &S::bfl, &B::timeout,
            "Longest wait for one answer of the provider; 15 s at most where it is asked again."),
        row("BFL_AMBIGUOUS_GRACE", "bfl.ambiguous_grace", duration(Seconds{0}, Seconds{3600}),
            &S::bfl, &B::ambiguous_grace,
            "With BFL_WEBHOOKS: how long a submit without an answer waits for its webhook."),
        row("BFL_INPUT", "bfl.input", choice<BflInput>(), &S::bfl, &B::input,
            "How pictures are sent: inside the request, or as signed links to PUBLIC_URL."),
    };
}

Rows storageRows() {
    using S = Settings;
    using B = S3Settings;
    return {
        row("MONGODB_URI", "mongodb.uri", optionalUrl({"mongodb", "mongodb+srv"}), &S::mongo,
            &MongoSettings::uri, "MongoDB with database name; absent: SQLite in the data folder."),
        row("REDIS_URL", "redis.url", optionalUrl({"redis", "rediss"}), &S::redis,
            &RedisSettings::url, "Redis of the job queue; absent: a queue in the SQLite file."),
        row("QUEUE_PREFIX", "redis.queue_prefix", config::text("visible characters"), &S::redis,
            &RedisSettings::queue_prefix, "What the keys of the queues begin with, as in BullMQ."),
        row("S3_ENDPOINT", "s3.endpoint", optionalUrl({"https", "http"}), &S::s3, &B::endpoint,
            "S3-compatible service of the bucket."),
        row("S3_REGION", "s3.region", config::text("the name of a region"), &S::s3, &B::region,
            "Region that requests are signed for."),
        row("S3_BUCKET", "s3.bucket", optionalText("the name of a bucket", 3), &S::s3, &B::bucket,
            "Bucket of the pictures; absent: files in the data folder."),
        row("S3_ACCESS_KEY_ID", "s3.access_key_id", optionalText("an access key id"), &S::s3,
            &B::access_key_id, "Access key id for the bucket."),
        secret(row("S3_SECRET_ACCESS_KEY", "s3.secret_access_key",
                   optionalText("a secret access key"), &S::s3, &B::secret_access_key,
                   "Secret of the access key.")),
        row("S3_PATH_STYLE", "s3.path_style", onOff(), &S::s3, &B::path_style,
            "Bucket name in the path rather than in the host name."),
        row("FILES_REDIRECT", "s3.files_redirect", onOff(), &S::s3, &B::files_redirect,
            "Send clients from /files to the bucket, which they must reach, for the bytes."),
    };
}

Rows workRows() {
    using S = Settings;
    using L = LimitSettings;
    using W = WorkerSettings;
    return {
        row("WORKER_CONCURRENCY", "worker.concurrency", wholeNumber(1, 100'000, "jobs"), &S::worker,
            &W::concurrency, "Jobs that one worker has in hand at a time."),
        row("IMAGE_THREADS", "worker.image_threads", wholeNumber(0, 256, "threads"), &S::worker,
            &W::image_threads, "Threads for image work; 0: one per processor."),
        row("WORKER_LEASE", "worker.lease", duration(Seconds{1}, Seconds{600}), &S::worker,
            &W::lease,
            "How long a worker may be silent before its jobs and its places at the provider go to "
            "others."),
        row("WORKER_LISTEN", "worker.listen", config::optionalListenAddress(), &S::worker,
            &W::listen,
            "Where `atelier worker` answers /healthz, /readyz and /metrics; absent: nowhere."),
        row("MAX_UPLOAD_BYTES", "limits.max_upload_bytes", byteCount(1024, 1LL << 30), &S::limits,
            &L::max_upload_bytes, "Largest picture that is accepted."),
        row("MAX_PIXELS", "limits.max_pixels", pixelCount(65'536, 500'000'000), &S::limits,
            &L::max_pixels, "Most pixels (width × height) of an accepted picture."),
        row("MIN_SIDE", "limits.min_side", wholeNumber(1, 4096, "pixels"), &S::limits, &L::min_side,
            "Shortest side of an accepted picture."),
        row("RATE_LIMIT_PER_MINUTE", "limits.rate_per_minute",
            wholeNumber(1, 1'000'000, "requests"), &S::limits, &L::rate_per_minute,
            "Requests a minute of an account, with all its access tokens and API keys."),
        row("UPLOADS_PER_MINUTE", "limits.uploads_per_minute", wholeNumber(0, 1'000'000, "uploads"),
            &S::limits, &L::uploads_per_minute,
            "Uploads among them; 0: a fifth of RATE_LIMIT_PER_MINUTE."),
        row("MAX_ACTIVE_JOBS_PER_USER", "limits.max_active_jobs_per_user",
            wholeNumber(1, 100'000, "jobs"), &S::limits, &L::max_active_jobs_per_user,
            "Jobs a user may have that have not ended."),
        row("MAX_WAITING_JOBS", "limits.max_waiting_jobs", wholeNumber(1, 10'000'000, "jobs"),
            &S::limits, &L::max_waiting_jobs,
            "Jobs that may wait in the queue; further ones are refused with 503."),
        row("RETENTION_UPLOADS", "retention.uploads", duration(Seconds{0}, 100 * kYear),
            &S::retention, &RetentionSettings::uploads,
            "Age at which uploads are erased; 0 keeps them."),
        row("RETENTION_RESULTS", "retention.results", duration(Seconds{0}, 100 * kYear),
            &S::retention, &RetentionSettings::results,
            "Age at which jobs and results are erased; 0 keeps them."),
        row("PRICES", "prices", config::prices(), &S::prices, &PriceSettings::changes,
            "Credits per sample in place of the built-in ones, of one engine or all of an action."),
        row("CREDITS_LOW", "webhooks.credits_low", wholeNumber(0, 1'000'000, "credits"),
            &S::webhooks, &WebhookSettings::credits_low,
            "Webhooks hear credits.low when a job leaves fewer; 0: never."),
        row("ALLOW_LOOPBACK_URLS", "webhooks.allow_loopback_urls", onOff(), &S::webhooks,
            &WebhookSettings::allow_loopback_urls,
            "Development only: webhook and picture URLs may lead to this machine, also by http."),
        row("LOG_LEVEL", "log.level", choice<LogLevel>(), &S::log, &LogSettings::level,
            "Least important events that are logged."),
    };
}

}  // namespace

const std::vector<Setting>& settingTable() {
    static const Rows kTable = [] {
        Rows all;
        for (auto rows : {serverRows(), accountRows(), providerRows(), storageRows(), workRows()})
            std::ranges::move(rows, std::back_inserter(all));
        return all;
    }();
    return kTable;
}

}  // namespace atelier
