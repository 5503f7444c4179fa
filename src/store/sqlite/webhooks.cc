#include "store/sqlite/rows.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {
namespace {

using sqlite::Connection;

constexpr auto kInsertWebhook =
    "INSERT INTO webhooks SELECT ?1,?2,?3,?4 WHERE (SELECT count(*) FROM webhooks WHERE "
    "user_id=?2)<?5";
constexpr auto kInsertDelivery =
    "INSERT INTO webhook_deliveries VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING";
constexpr auto kUpdateDelivery =
    "UPDATE webhook_deliveries SET status=?3, version=version+1, next_attempt_at=?4, doc=?5 WHERE "
    "id=?1 AND version=?2";
constexpr auto kOfWebhook =
    "SELECT doc FROM webhook_deliveries WHERE webhook_id=? AND id<? ORDER BY id DESC LIMIT ?";
constexpr auto kOfJob =
    "SELECT doc FROM webhook_deliveries WHERE job_id=? AND id<? ORDER BY id DESC LIMIT ?";
constexpr auto kDue =
    "SELECT doc FROM webhook_deliveries WHERE next_attempt_at<=?1 AND instr(?2, hex(user_id))=0 "
    "ORDER BY next_attempt_at LIMIT ?3";
constexpr auto kRemoveOld =
    "DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE "
    "created_at<? AND next_attempt_at IS NULL ORDER BY created_at LIMIT ?)";

std::string hexOf(const std::vector<UserId>& users) {
    std::string out;
    for (const auto& user : users) {
        for (const char c : user.str())
            if (c != '-') out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        out += ' ';
    }
    return out;
}

/// Why an update by version changed nothing.
std::unexpected<Error> notUpdated(Connection& connection, std::string_view sql, const Uuid& id) {
    if (connection.query(sql, id).next())
        return failure(ErrorCode::Conflict, "the object was changed meanwhile");
    return failure(ErrorCode::NotFound, "there is no such object");
}

Result<Page<WebhookDelivery>> pageOf(Connection& connection, const char* sql, const auto& of,
                                     const PageRequest& page) {
    const auto from = sqlite::cursorOf(page, sqlite::pastLastId());
    if (!from) return failure(from.error());
    auto rows = connection.query(sql, of, *from, sqlite::rowsFor(page));
    auto found = sqlite::listDocuments<WebhookDelivery>(rows);
    if (!found) return failure(std::move(found.error()));
    return sqlite::toPage(std::move(*found), page);
}

}  // namespace

Task<Result<bool>> SqliteStore::insertWebhook(Webhook webhook, int most) {
    auto doc = json::write(webhook);
    return database_->write([webhook = std::move(webhook), most,
                             doc = std::move(doc)](Connection& connection) -> Result<bool> {
        return connection
                   .query(kInsertWebhook, webhook.id, webhook.user_id, webhook.version, doc, most)
                   .run() > 0;
    });
}

Task<Result<std::optional<Webhook>>> SqliteStore::findWebhook(UserId owner, WebhookId id) {
    return database_->read([owner, id](Connection& connection) {
        auto row = connection.query("SELECT doc FROM webhooks WHERE id=? AND user_id=?", id, owner);
        return sqlite::findDocument<Webhook>(row);
    });
}

Task<Result<std::vector<Webhook>>> SqliteStore::listWebhooks(UserId owner) {
    return database_->read([owner](Connection& connection) {
        auto rows =
            connection.query("SELECT doc FROM webhooks WHERE user_id=? ORDER BY id DESC", owner);
        return sqlite::listDocuments<Webhook>(rows);
    });
}

Task<Result<std::int64_t>> SqliteStore::updateWebhook(Webhook webhook) {
    const auto expected = webhook.version++;
    auto doc = json::write(webhook);
    return database_->write([webhook = std::move(webhook), expected,
                             doc = std::move(doc)](Connection& connection) -> Result<std::int64_t> {
        const int changed =
            connection
                .query("UPDATE webhooks SET version=version+1, doc=?3 WHERE id=?1 AND version=?2",
                       webhook.id, expected, doc)
                .run();
        if (changed > 0) return webhook.version;
        return notUpdated(connection, "SELECT 1 FROM webhooks WHERE id=?", webhook.id.value());
    });
}

Task<Result<bool>> SqliteStore::removeWebhook(UserId owner, WebhookId id) {
    return database_->write([owner, id](Connection& connection) -> Result<bool> {
        const int removed =
            connection.query("DELETE FROM webhooks WHERE id=? AND user_id=?", id, owner).run();
        if (removed == 0) return false;
        connection.query("DELETE FROM webhook_deliveries WHERE webhook_id=?", id).run();
        return true;
    });
}

Task<Result<>> SqliteStore::removeWebhooks(UserId owner) {
    return database_->write([owner](Connection& connection) -> Result<> {
        connection.query("DELETE FROM webhooks WHERE user_id=?", owner).run();
        connection.query("DELETE FROM webhook_deliveries WHERE user_id=?", owner).run();
        return {};
    });
}

Task<Result<bool>> SqliteStore::insertDelivery(WebhookDelivery delivery) {
    auto doc = json::write(delivery);
    return database_->write([delivery = std::move(delivery),
                             doc = std::move(doc)](Connection& connection) -> Result<bool> {
        return connection
                   .query(kInsertDelivery, delivery.id, delivery.user_id, delivery.webhook_id,
                          delivery.once, nameOf(delivery.status), delivery.version,
                          delivery.next_attempt_at, delivery.created_at, doc)
                   .run() > 0;
    });
}

Task<Result<std::optional<WebhookDelivery>>> SqliteStore::findDelivery(DeliveryId id) {
    return database_->read([id](Connection& connection) {
        auto row = connection.query("SELECT doc FROM webhook_deliveries WHERE id=?", id);
        return sqlite::findDocument<WebhookDelivery>(row);
    });
}

Task<Result<Page<WebhookDelivery>>> SqliteStore::listDeliveries(WebhookId webhook,
                                                                PageRequest page) {
    return database_->read([webhook, page = std::move(page)](Connection& connection) {
        return pageOf(connection, kOfWebhook, webhook, page);
    });
}

Task<Result<Page<WebhookDelivery>>> SqliteStore::listJobDeliveries(JobId job, PageRequest page) {
    return database_->read([job = job.str(), page = std::move(page)](Connection& connection) {
        return pageOf(connection, kOfJob, job, page);
    });
}

Task<Result<std::int64_t>> SqliteStore::updateDelivery(WebhookDelivery delivery) {
    const auto expected = delivery.version++;
    auto doc = json::write(delivery);
    return database_->write([delivery = std::move(delivery), expected,
                             doc = std::move(doc)](Connection& connection) -> Result<std::int64_t> {
        const int changed = connection
                                .query(kUpdateDelivery, delivery.id, expected,
                                       nameOf(delivery.status), delivery.next_attempt_at, doc)
                                .run();
        if (changed > 0) return delivery.version;
        return notUpdated(connection, "SELECT 1 FROM webhook_deliveries WHERE id=?",
                          delivery.id.value());
    });
}

Task<Result<std::vector<WebhookDelivery>>> SqliteStore::listDueDeliveries(
    Instant now, std::vector<UserId> except, int limit) {
    return database_->read([now, except = hexOf(except), limit](Connection& connection) {
        auto rows = connection.query(kDue, now, except, limit);
        return sqlite::listDocuments<WebhookDelivery>(rows);
    });
}

Task<Result<int>> SqliteStore::removeDeliveries(Instant before, int limit) {
    return database_->write([before, limit](Connection& connection) -> Result<int> {
        return connection.query(kRemoveOld, before, limit).run();
    });
}

}  // namespace atelier
