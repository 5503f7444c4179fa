#pragma once

#include <memory>

#include "ports/copy_store.h"
#include "ports/store.h"
#include "store/mongo/database.h"

namespace atelier {

/// The store that processes share: one MongoDB database (docs/data.md lists collections, fields and
/// indexes). Every change that decides something is one conditional change of one document.
class MongoStore final : public Store, public CopyStore {
  public:
    /// Connects and makes what is missing in the database. Blocking. Errors: ValidationFailed (not
    /// a URI with a database), NotReady (what is wrong, in one sentence without the password).
    static Result<std::unique_ptr<MongoStore>> open(const std::string& uri);

    /// `mongodb://HOSTS/DATABASE`, without user and password.
    std::string name() const;

    Task<Result<>> ping() override;

    Task<Result<>> insertUser(User user) override;
    Task<Result<std::optional<User>>> findUser(UserId id) override;
    Task<Result<std::optional<User>>> findUserByEmail(std::string email) override;
    Task<Result<Page<User>>> listUsers(UserFilter filter, PageRequest page) override;
    Task<Result<>> setRole(UserId id, Role role) override;
    Task<Result<Credits>> hold(UserId id, JobId job, Credits amount) override;
    Task<Result<std::optional<Credits>>> settle(UserId id, JobId job, Credits charge) override;
    Task<Result<Credits>> grant(UserId id, UsageId grant, Credits amount,
                                std::string reason) override;
    Task<Result<>> clearGrant(UserId id, UsageId grant) override;
    Task<Result<Page<User>>> listUsersWithHolds(PageRequest page) override;

    Task<Result<>> setPassword(UserId id, std::string hash) override;
    Task<Result<>> renewHash(UserId id, std::string from, std::string to) override;
    Task<Result<>> setDisabled(UserId id, bool disabled) override;
    Task<Result<>> eraseUser(UserId id) override;
    Task<Result<std::vector<UserId>>> listErasing(int limit) override;
    Task<Result<>> noteErased(UserId id) override;

    Task<Result<>> insertSession(LoginSession session) override;
    Task<Result<std::optional<LoginSession>>> findSession(SessionId id) override;
    Task<Result<bool>> replaceSession(LoginSession session, std::string expected_hash) override;
    Task<Result<bool>> removeSession(SessionId id) override;
    Task<Result<int>> removeSessions(UserId user) override;
    Task<Result<int>> removeExpiredSessions(Instant before, int limit) override;

    Task<Result<bool>> insertApiKey(ApiKey key, int most) override;
    Task<Result<std::optional<ApiKey>>> findApiKeyByHash(std::string hash) override;
    Task<Result<std::vector<ApiKey>>> listApiKeys(UserId user) override;
    Task<Result<>> touchApiKey(ApiKeyId id, Instant at) override;
    Task<Result<bool>> removeApiKey(UserId user, ApiKeyId id) override;
    Task<Result<int>> removeApiKeys(UserId user) override;

    Task<Result<>> appendAudit(AuditEntry entry) override;
    Task<Result<std::optional<AuditEntry>>> lastAudit() override;
    Task<Result<Page<AuditEntry>>> listAudit(AuditFilter filter, PageRequest page) override;
    Task<Result<std::vector<AuditEntry>>> scanAudit(std::int64_t from_seq, int limit) override;

    Task<Result<bool>> append(UsageLog line) override;
    Task<Result<Page<UsageLog>>> listUsage(UserId user, LedgerFilter filter,
                                           PageRequest page) override;
    Task<Result<LedgerTotals>> totals(UserId user) override;
    Task<Result<Page<FiledLine>>> listJobLines(PageRequest page) override;
    Task<Result<Page<FiledLine>>> listGrantLines(PageRequest page) override;
    Task<Result<std::vector<FiledLine>>> linesOf(JobId job) override;

    Task<Result<>> insertModel(Model model) override;
    Task<Result<>> insertGarment(Garment garment) override;
    Task<Result<std::optional<Model>>> findModel(UserId owner, ModelId id) override;
    Task<Result<std::optional<Garment>>> findGarment(UserId owner, GarmentId id) override;
    Task<Result<Page<Model>>> listModels(UserId owner, std::optional<ModelType> type,
                                         PageRequest page) override;
    Task<Result<Page<Garment>>> listGarments(UserId owner, std::optional<Category> category,
                                             PageRequest page) override;
    Task<Result<bool>> removeModel(UserId owner, ModelId id) override;
    Task<Result<bool>> removeGarment(UserId owner, GarmentId id) override;
    Task<Result<std::vector<Model>>> listModelsBefore(ModelType type, Instant before,
                                                      int limit) override;
    Task<Result<std::vector<Garment>>> listGarmentsBefore(Instant before, int limit) override;
    Task<Result<bool>> isBlobReferenced(std::string key) override;

    Task<Result<IdempotencyClaim>> claimKey(IdempotencyClaim claim, Instant now) override;
    Task<Result<bool>> renewClaim(UserId user, std::string key, Instant expected,
                                  Instant until) override;
    Task<Result<>> keepAnswer(UserId user, std::string key, JobId job, KeptAnswer answer) override;
    Task<Result<>> dropClaim(UserId user, std::string key, JobId job) override;
    Task<Result<int>> removeExpiredClaims(Instant before, int limit) override;
    Task<Result<int>> removeClaims(UserId user) override;

    Task<Result<>> insertScene(Scene scene) override;
    Task<Result<std::optional<Scene>>> findScene(SceneId id) override;
    Task<Result<Page<Scene>>> listScenes(std::optional<std::string> domain,
                                         PageRequest page) override;
    Task<Result<bool>> removeScene(SceneId id) override;

    Task<Result<>> insertPrompt(PromptConfig prompt) override;
    Task<Result<std::optional<PromptConfig>>> latestPrompt(std::string domain) override;
    Task<Result<std::optional<PromptConfig>>> findPrompt(std::string domain,
                                                         std::int64_t version) override;
    Task<Result<std::vector<PromptConfig>>> latestPrompts(std::string after, int limit) override;
    Task<Result<Page<PromptConfig>>> listPromptVersions(std::string domain,
                                                        PageRequest page) override;

    Task<Result<Page<Job>>> listAllJobs(std::optional<UserId> owner, JobFilter filter,
                                        PageRequest page) override;
    Task<Result<StoreCounts>> counts() override;

    Task<Result<Balance>> acceptJob(Job job, UsageLog line, int max_holds) override;
    Task<Result<>> insertJob(Job job) override;
    Task<Result<std::optional<Job>>> findJob(JobId id) override;
    Task<Result<std::int64_t>> updateJob(Job job) override;
    Task<Result<Page<Job>>> listJobs(UserId owner, JobFilter filter, PageRequest page) override;
    Task<Result<bool>> removeJob(JobId id) override;
    Task<Result<std::vector<Job>>> listSettled(Instant before, int limit) override;
    Task<Result<int>> countActiveJobs(UserId owner) override;
    Task<Result<std::vector<JobId>>> listUnfinished(Instant before, int limit) override;
    Task<Result<std::vector<Job>>> listUnsettled(Instant before, int limit) override;
    Task<Result<std::vector<Job>>> listUnannounced(int limit) override;

    Task<Result<bool>> insertWebhook(Webhook webhook, int most) override;
    Task<Result<std::optional<Webhook>>> findWebhook(UserId owner, WebhookId id) override;
    Task<Result<std::vector<Webhook>>> listWebhooks(UserId owner) override;
    Task<Result<std::int64_t>> updateWebhook(Webhook webhook) override;
    Task<Result<bool>> removeWebhook(UserId owner, WebhookId id) override;
    Task<Result<>> removeWebhooks(UserId owner) override;
    Task<Result<bool>> insertDelivery(WebhookDelivery delivery) override;
    Task<Result<std::optional<WebhookDelivery>>> findDelivery(DeliveryId id) override;
    Task<Result<Page<WebhookDelivery>>> listDeliveries(WebhookId webhook,
                                                       PageRequest page) override;
    Task<Result<Page<WebhookDelivery>>> listJobDeliveries(JobId job, PageRequest page) override;
    Task<Result<std::int64_t>> updateDelivery(WebhookDelivery delivery) override;
    Task<Result<std::vector<WebhookDelivery>>> listDueDeliveries(Instant now,
                                                                 std::vector<UserId> except,
                                                                 int limit) override;
    Task<Result<int>> removeDeliveries(Instant before, int limit) override;

    Task<Result<std::vector<StoredObject>>> scan(StoredKind kind, std::string after,
                                                 int limit) override;
    Task<Result<std::optional<CopyProgress>>> findCopy() override;
    Task<Result<>> saveCopy(CopyProgress progress) override;

  private:
    explicit MongoStore(std::shared_ptr<mongo::Database> database)
        : database_{std::move(database)} {}

    std::shared_ptr<mongo::Database> database_;
};

}  // namespace atelier
