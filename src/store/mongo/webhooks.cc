#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"
#include "store/mongo/slots.h"

namespace atelier {

using mongo::Connection;
using mongo::of;

Task<Result<bool>> MongoStore::insertWebhook(Webhook webhook, int most) {
    return database_->run([webhook = std::move(webhook), most](Connection& connection) {
        return mongo::insertInFreeSlot(connection, "webhooks", webhook.user_id,
                                       mongo::toDocument(webhook), of("_id", webhook.id), most);
    });
}

Task<Result<std::optional<Webhook>>> MongoStore::findWebhook(UserId owner, WebhookId id) {
    return database_->run([owner, id](Connection& connection) {
        return mongo::findEntity<Webhook>(connection, of("_id", id, "userId", owner));
    });
}

Task<Result<std::vector<Webhook>>> MongoStore::listWebhooks(UserId owner) {
    return database_->run([owner](Connection& connection) {
        return mongo::listEntities<Webhook>(connection, of("userId", owner), of("_id", -1), 0);
    });
}

Task<Result<std::int64_t>> MongoStore::updateWebhook(Webhook webhook) {
    ++webhook.version;
    return database_->run([webhook = std::move(webhook)](Connection& connection) {
        return mongo::updateVersion(connection, webhook, mongo::toUpdate(webhook));
    });
}

Task<Result<bool>> MongoStore::removeWebhook(UserId owner, WebhookId id) {
    return database_->run([owner, id](Connection& connection) -> Result<bool> {
        auto removed = connection.removeOne("webhooks", of("_id", id, "userId", owner));
        if (!removed) return removed;
        // Also when it is gone: whoever removed it may have died before this.
        const auto deliveries =
            connection.removeMany("webhookDeliveries", of("webhookId", id, "userId", owner));
        if (!deliveries) return failure(deliveries.error());
        return removed;
    });
}

Task<Result<>> MongoStore::removeWebhooks(UserId owner) {
    return database_->run([owner](Connection& connection) -> Result<> {
        for (const auto* collection : {"webhooks", "webhookDeliveries"}) {
            const auto removed = connection.removeMany(collection, of("userId", owner));
            if (!removed) return failure(removed.error());
        }
        return {};
    });
}

Task<Result<bool>> MongoStore::insertDelivery(WebhookDelivery delivery) {
    return database_->run([delivery = std::move(delivery)](Connection& connection) {
        return mongo::insertEntity(connection, delivery);
    });
}

Task<Result<std::optional<WebhookDelivery>>> MongoStore::findDelivery(DeliveryId id) {
    return database_->run([id](Connection& connection) {
        return mongo::findEntity<WebhookDelivery>(connection, of("_id", id));
    });
}

Task<Result<Page<WebhookDelivery>>> MongoStore::listDeliveries(WebhookId webhook,
                                                               PageRequest page) {
    return database_->run([webhook, page = std::move(page)](Connection& connection) {
        return mongo::pageOf<WebhookDelivery>(connection, of("webhookId", webhook), page);
    });
}

Task<Result<Page<WebhookDelivery>>> MongoStore::listJobDeliveries(JobId job, PageRequest page) {
    return database_->run([job, page = std::move(page)](Connection& connection) {
        return mongo::pageOf<WebhookDelivery>(connection, of("jobId", job), page);
    });
}

Task<Result<std::int64_t>> MongoStore::updateDelivery(WebhookDelivery delivery) {
    ++delivery.version;
    return database_->run([delivery = std::move(delivery)](Connection& connection) {
        return mongo::updateVersion(connection, delivery, mongo::toUpdate(delivery));
    });
}

Task<Result<std::vector<WebhookDelivery>>> MongoStore::listDueDeliveries(Instant now,
                                                                         std::vector<UserId> except,
                                                                         int limit) {
    return database_->run([now, except = std::move(except), limit](Connection& connection) {
        const auto due = of("nextAttemptAt", of("$lte", now), "userId", of("$nin", except));
        return mongo::listEntities<WebhookDelivery>(connection, due, of("nextAttemptAt", 1), limit);
    });
}

Task<Result<int>> MongoStore::removeDeliveries(Instant before, int limit) {
    return database_->run([before, limit](Connection& connection) {
        const auto old = of("createdAt", of("$lt", before), "nextAttemptAt", nullptr);
        return connection.removeLowest("webhookDeliveries", old, "createdAt", limit);
    });
}

}  // namespace atelier
