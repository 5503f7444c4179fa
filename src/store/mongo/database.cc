#include "store/mongo/database.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/mongo/errors.h"
#include "store/mongo/read.h"
#include "telemetry/log.h"

namespace atelier::mongo {
namespace {

constexpr std::size_t kThreads = 16;
constexpr std::size_t kMaxWaiting = 10'000;
/// Of MongoDB 4.4. Source: src/mongo/db/wire_version.h of MongoDB.
constexpr std::int64_t kOldestWireVersion = 9;

/// The driver makes this file of counters as soon as it is loaded, also where no MongoDB is used. A
/// killed process would leave it behind, and the next one with the same number would complain of
/// it. Nothing reads it here, so its name is taken away at once. Source: mongoc-counters.c.
[[maybe_unused]] const int kCountersFileRemoved =
    ::shm_unlink(fmt::format("/mongoc-{}", ::getpid()).c_str());

/// The driver is set up once for the process and stays so.
void startDriver() {
    static const bool kStarted = [] {
        mongoc_init();
        mongoc_log_set_handler(
            [](mongoc_log_level_t level, const char* domain, const char* message, void*) {
                if (level <= MONGOC_LOG_LEVEL_WARNING)
                    log::debug("MongoDB driver", {{"domain", domain}, {"detail", message}});
            },
            nullptr);
        return true;
    }();
    static_cast<void>(kStarted);
}

/// True when user or password hold an `@` or `/` as they are. The driver takes what follows the
/// first one for the name of a host, which is shown.
bool hasUnencodedLogin(std::string_view uri) {
    const auto scheme = uri.find("://");
    if (scheme == uri.npos) return false;
    const auto rest = uri.substr(scheme + 3, uri.find('?') - scheme - 3);
    const auto login = rest.substr(0, std::min(rest.rfind('@'), rest.size()));
    return login.size() < rest.size() && login.find_first_of("@/") != login.npos;
}

std::string hostsOf(const mongoc_uri_t* uri) {
    std::string out;
    for (const auto* host = mongoc_uri_get_hosts(uri); host != nullptr; host = host->next) {
        if (!out.empty()) out += ", ";
        out += host->host_and_port;
    }
    if (out.empty() && mongoc_uri_get_srv_hostname(uri) != nullptr)
        out = mongoc_uri_get_srv_hostname(uri);
    return out;
}

/// Options that the URI does not set get our values; some must be ours.
void complete(mongoc_uri_t* uri) {
    const auto default_to = [uri](const char* option, int value) {
        if (!mongoc_uri_has_option(uri, option)) mongoc_uri_set_option_as_int32(uri, option, value);
    };
    default_to(MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 5'000);
    default_to(MONGOC_URI_CONNECTTIMEOUTMS, 5'000);
    default_to(MONGOC_URI_SOCKETTIMEOUTMS, 20'000);
    if (!mongoc_uri_has_option(uri, MONGOC_URI_RETRYWRITES))
        mongoc_uri_set_option_as_bool(uri, MONGOC_URI_RETRYWRITES, true);
    mongoc_uri_set_option_as_int32(uri, MONGOC_URI_MAXPOOLSIZE, kThreads);
    mongoc_uri_set_appname(uri, "atelier");

    const auto* asked = mongoc_uri_get_write_concern(uri);
    const auto wait = asked == nullptr ? 0 : mongoc_write_concern_get_wtimeout_int64(asked);
    auto* majority = mongoc_write_concern_new();
    mongoc_write_concern_set_w(majority, MONGOC_WRITE_CONCERN_W_MAJORITY);
    mongoc_write_concern_set_wtimeout_int64(majority, wait > 0 ? wait : 10'000);
    mongoc_uri_set_write_concern(uri, majority);
    mongoc_write_concern_destroy(majority);

    auto* primary = mongoc_read_prefs_new(MONGOC_READ_PRIMARY);
    mongoc_uri_set_read_prefs_t(uri, primary);
    mongoc_read_prefs_destroy(primary);
}

}  // namespace

Result<Database::Uri> Database::parse(const std::string& text) {
    bson_error_t error;
    Uri uri{hasUnencodedLogin(text) ? nullptr : mongoc_uri_new_with_error(text.c_str(), &error)};
    if (!uri) {
        // The driver's words may quote the password.
        return failure(ErrorCode::ValidationFailed,
                       "MONGODB_URI is not a MongoDB address: expected "
                       "mongodb://[user:password@]host[:port][,…]/database[?options], with special "
                       "characters of user and password percent-encoded");
    }
    const char* name = mongoc_uri_get_database(uri.get());
    if (name == nullptr || *name == '\0') {
        return failure(ErrorCode::ValidationFailed,
                       "MONGODB_URI names no database: write it after the host, as in "
                       "mongodb://host:27017/atelier");
    }
    return uri;
}

Result<std::shared_ptr<Database>> Database::open(const std::string& text) {
    startDriver();
    auto uri = parse(text);
    if (!uri) return failure(std::move(uri.error()));
    complete(uri->get());
    std::shared_ptr<Database> database{new Database{*uri}};
    if (!database->clients_) {
        return failure(ErrorCode::ValidationFailed,
                       "MONGODB_URI cannot be followed: its options contradict each other, or the "
                       "SRV record of its host cannot be found");
    }
    auto checked = database->checkServer();
    if (!checked) return failure(std::move(checked.error()));
    return database;
}

Database::Database(const Uri& uri)
    : hosts_{hostsOf(uri.get())},
      name_{mongoc_uri_get_database(uri.get())},
      workers_{std::make_unique<WorkerPool>("mongo", kThreads, kMaxWaiting)} {
    bson_error_t error;
    clients_.reset(mongoc_client_pool_new_with_error(uri.get(), &error));
    if (clients_) mongoc_client_pool_set_error_api(clients_.get(), MONGOC_ERROR_API_VERSION_2);
}

Database::~Database() = default;

Result<> Database::checkServer() {
    const Lease lease{*this};
    bson_error_t error;
    auto* server =
        mongoc_client_select_server(lease.client(), /*for_writes=*/true, nullptr, &error);
    if (server == nullptr) return failure(toStartError(error, hosts_));
    const auto hello = Document::copyOf(*mongoc_server_description_hello_response(server));
    mongoc_server_description_destroy(server);
    if (numberAt(hello, "maxWireVersion") < kOldestWireVersion) {
        return failure(ErrorCode::NotReady,
                       fmt::format("MongoDB at {} is older than 4.4: upgrade the server", hosts_));
    }
    const auto ping = of("ping", 1);
    if (!mongoc_client_command_simple(lease.client(), name_.c_str(), ping.get(), nullptr, nullptr,
                                      &error))
        return failure(toStartError(error, hosts_));
    return {};
}

Error Database::tooMuch() {
    Error error{ErrorCode::NotReady, "the database has too much to do"};
    error.retry_after = Millis{1'000};
    return error;
}

}  // namespace atelier::mongo
