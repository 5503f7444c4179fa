#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "domain/pricing.h"
#include "util/time.h"

namespace atelier {

/// Every setting, typed. The initialisers are the defaults; names, ranges and descriptions are in
/// config/setting_table.cc. Values that came from `loadSettings` are in range.

struct ListenAddress {
    std::string host = "127.0.0.1";  ///< name or address; IPv6 without brackets
    std::uint16_t port = 8080;       ///< 0: the system chooses
    bool operator==(const ListenAddress&) const = default;
    /// `127.0.0.1:8080`, `[::1]:8080`.
    std::string str() const;
};

struct HttpSettings {
    ListenAddress listen;
    std::optional<std::string> public_url;  ///< absent: http:// and the address listened on
    std::vector<std::string> cors_origins;
    std::vector<std::string> trusted_proxies;  ///< addresses or CIDR blocks
    std::optional<std::string> metrics_token;
    Seconds drain_timeout{20};
};

struct DataSettings {
    std::filesystem::path dir = "./atelier-data";
};

enum class Registration { Open, Closed };
BOOST_DESCRIBE_ENUM(Registration, Open, Closed)

struct AuthSettings {
    std::optional<std::string> jwt_secret;  ///< absent: made once, kept in the data folder
    Seconds access_token_ttl = std::chrono::minutes{15};
    Seconds refresh_token_ttl = std::chrono::days{30};
    Registration registration = Registration::Open;
    std::int64_t signup_credits = 100;
    std::int64_t login_attempts = 10;          ///< per 15 minutes, by account and by address
    std::int64_t registrations_per_hour = 30;  ///< by address; 0: any number
};

enum class BflRegion { Global, Eu, Us };
BOOST_DESCRIBE_ENUM(BflRegion, Global, Eu, Us)

/// How pictures reach the provider.
enum class BflInput { Inline, Url };
BOOST_DESCRIBE_ENUM(BflInput, Inline, Url)

struct BflSettings {
    std::optional<std::string> api_key;
    BflRegion region = BflRegion::Global;
    std::optional<std::string> base_url;  ///< overrides region
    std::int64_t max_active = 24;
    bool webhooks = false;
    Seconds job_deadline{600};
    Seconds timeout{60};          ///< of one request
    Seconds ambiguous_grace{30};  ///< for a webhook to adopt a submit without an answer
    BflInput input = BflInput::Inline;
};

struct MongoSettings {
    std::optional<std::string> uri;  ///< absent: SQLite in the data folder
};

struct RedisSettings {
    std::optional<std::string> url;  ///< absent: queue in the SQLite file
    std::string queue_prefix = "bull";
};

struct S3Settings {
    std::optional<std::string> endpoint;
    std::string region = "us-east-1";
    std::optional<std::string> bucket;  ///< absent: pictures in the data folder
    std::optional<std::string> access_key_id;
    std::optional<std::string> secret_access_key;
    bool path_style = false;
    bool files_redirect = false;  ///< /files sends clients to the bucket
};

struct WorkerSettings {
    std::int64_t concurrency = 64;        ///< jobs in hand at a time
    std::int64_t image_threads = 0;       ///< 0: one per processor
    Seconds lease{30};                    ///< silence after which a worker counts as dead
    std::optional<ListenAddress> listen;  ///< health and metrics of `atelier worker`; absent: none
};

struct LimitSettings {
    std::int64_t max_upload_bytes = 20 * 1024 * 1024;
    std::int64_t max_pixels = 50'000'000;
    std::int64_t min_side = 256;  ///< pixels
    std::int64_t rate_per_minute = 600;
    std::int64_t uploads_per_minute = 0;  ///< 0: a fifth of rate_per_minute
    std::int64_t max_active_jobs_per_user = 20;
    std::int64_t max_waiting_jobs = 100'000;  ///< of all users

    std::int64_t uploadsPerMinute() const {
        if (uploads_per_minute > 0) return uploads_per_minute;
        return rate_per_minute < 5 ? 1 : rate_per_minute / 5;
    }
};

struct PriceSettings {
    std::vector<PriceChange> changes;  ///< of PriceTable::defaults, which has all they name
};

struct WebhookSettings {
    std::int64_t credits_low = 10;     ///< credits.low is sent below this
    bool allow_loopback_urls = false;  ///< users' URLs may lead to this machine: for development
};

struct RetentionSettings {
    Seconds uploads{0};  ///< 0: kept
    Seconds results{0};  ///< 0: kept
};

enum class LogLevel { Trace, Debug, Info, Warn, Error, Off };
BOOST_DESCRIBE_ENUM(LogLevel, Trace, Debug, Info, Warn, Error, Off)

struct LogSettings {
    LogLevel level = LogLevel::Info;
};

struct Settings {
    HttpSettings http;
    DataSettings data;
    AuthSettings auth;
    BflSettings bfl;
    MongoSettings mongo;
    RedisSettings redis;
    S3Settings s3;
    WorkerSettings worker;
    LimitSettings limits;
    PriceSettings prices;
    WebhookSettings webhooks;
    RetentionSettings retention;
    LogSettings log;

    /// No other process shares the store or the queue.
    bool embedded() const { return !mongo.uri && !redis.url; }
};

}  // namespace atelier
