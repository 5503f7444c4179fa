#pragma once

#include "service/auth/auth_service.h"
#include "service/auth/local_attempt_limiter.h"
#include "store/sqlite/sqlite_store.h"
#include "support/fake_clock.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "support/seq_ids.h"
#include "support/temp_dir.h"

namespace atelier {

inline constexpr auto kPassword = "tulip-frost-92";

/// All services of accounts on a fresh SQLite store, at a time that stands still.
class AccountsFixture : public testing::Test {
  protected:
    static std::shared_ptr<sqlite::Database> openDatabase(const std::filesystem::path& dir) {
        return std::move(sqlite::Database::open(dir).value());
    }

    Session registerUser(const std::string& email) {
        return test::runTask(auth_.registerUser(email, kPassword, "192.0.2.1")).value();
    }
    Result<Session> login(const std::string& email, const std::string& password,
                          const std::string& address = "192.0.2.1") {
        return test::runTask(auth_.login(email, password, address));
    }
    Result<Principal> authenticate(const std::string& bearer) {
        return test::runTask(auth_.authenticate(bearer));
    }
    Result<Session> refresh(const std::string& token) {
        return test::runTask(sessions_.refresh(token));
    }
    User find(UserId id) { return *test::runTask(store_->findUser(id)).value(); }
    static Caller callerOf(const User& user) { return {std::make_shared<const User>(user), "r-1"}; }

    test::TempDir dir_;
    std::shared_ptr<sqlite::Database> database_ = openDatabase(dir_.path());
    std::unique_ptr<SqliteStore> store_ = std::move(SqliteStore::open(database_).value());
    test::FakeClock clock_;
    test::SeqIds ids_;
    Metrics metrics_;
    PasswordHasher hasher_{2, 32};
    AccessTokens tokens_{std::string(32, 'k'), Seconds{900}, clock_, ids_};
    LocalAttemptLimiter limiter_{3, std::chrono::minutes{15}, clock_};
    AuditLog audit_{*store_, clock_};
    SessionService sessions_{
        {*store_, *store_, tokens_, clock_, ids_, std::chrono::days{30}, std::string(32, 'k')}};
    ApiKeyService keys_{*store_, audit_, clock_, ids_};
    std::vector<UserId> erased_content_;
    AccountService accounts_{{*store_, *store_, *store_, *store_, sessions_, hasher_, limiter_,
                              audit_, metrics_, clock_, ids_,
                              [this](UserId user) -> Task<Result<>> {
                                  erased_content_.push_back(user);
                                  return done();
                              }}};
    AuthService auth_{{*store_, accounts_, sessions_, keys_, tokens_, hasher_, limiter_, metrics_,
                       Registration::Open, 100}};

  private:
    static Task<Result<>> done() { co_return Result<>{}; }
};

}  // namespace atelier
