#pragma once

#include "ports/api_key_store.h"
#include "store/sqlite_db/database.h"

namespace atelier::sqlite {

/// API keys in the SQLite file; `migrateAccounts` comes first.
class ApiKeyTable final : public ApiKeyStore {
  public:
    explicit ApiKeyTable(Database& database) : database_{database} {}

    Task<Result<>> insertApiKey(ApiKey key) override;
    Task<Result<std::optional<ApiKey>>> findApiKeyByHash(std::string hash) override;
    Task<Result<std::vector<ApiKey>>> listApiKeys(UserId user) override;
    Task<Result<>> touchApiKey(ApiKeyId id, Instant at) override;
    Task<Result<bool>> removeApiKey(UserId user, ApiKeyId id) override;
    Task<Result<int>> removeApiKeys(UserId user) override;

  private:
    Database& database_;
};

}  // namespace atelier::sqlite
