#pragma once

#include "domain/api_key.h"
#include "domain/asset.h"
#include "domain/audit.h"
#include "domain/credits.h"
#include "domain/error.h"
#include "domain/idempotency_claim.h"
#include "domain/job.h"
#include "domain/prompt.h"
#include "domain/scene.h"
#include "domain/session.h"
#include "domain/user.h"
#include "domain/webhook.h"
#include "store/mongo/read.h"
#include "store/mongo/write.h"

/// Entities as whole documents: the described fields, the key under `_id`, and what is only there
/// to be searched for ("derived"; docs/data.md lists it all).
namespace atelier::mongo {

/// Where the entities of one kind lie. `key` is the field that `_id` stands for; empty: `_id` is
/// made of several (`idOf`).
struct Place {
    const char* collection;
    std::string_view key = "id";
};
template <class T>
inline constexpr Place kPlace{nullptr};
template <>
inline constexpr Place kPlace<User>{"users"};
template <>
inline constexpr Place kPlace<LoginSession>{"sessions"};
template <>
inline constexpr Place kPlace<ApiKey>{"apiKeys"};
template <>
inline constexpr Place kPlace<AuditEntry>{"auditLogs", "seq"};
template <>
inline constexpr Place kPlace<UsageLog>{"usageLogs"};
template <>
inline constexpr Place kPlace<Model>{"models"};
template <>
inline constexpr Place kPlace<Garment>{"garments"};
template <>
inline constexpr Place kPlace<IdempotencyClaim>{"idempotencyKeys", ""};
template <>
inline constexpr Place kPlace<Scene>{"scenes"};
template <>
inline constexpr Place kPlace<PromptConfig>{"promptConfigs", ""};
template <>
inline constexpr Place kPlace<Job>{"jobs"};
template <>
inline constexpr Place kPlace<Webhook>{"webhooks"};
template <>
inline constexpr Place kPlace<WebhookDelivery>{"webhookDeliveries"};

template <class T>
std::string idOf(const T& entity) {
    return entity.id.str();
}
std::int64_t idOf(const AuditEntry& entry);
std::string idOf(const PromptConfig& prompt);
std::string idOf(const IdempotencyClaim& claim);
std::string promptId(std::string_view domain, std::int64_t version);
std::string claimId(const UserId& user, std::string_view key);

/// Appends the fields that searches need besides the described ones.
template <class T>
void appendDerived(Document&, const T&) {}
void appendDerived(Document& out, const User& user);
void appendDerived(Document& out, const UsageLog& line);
void appendDerived(Document& out, const Job& job);

/// When the job ended; empty while it has not.
std::optional<Instant> endOf(const Job& job);

/// A new document of `entity`.
template <class T>
Document toDocument(const T& entity) {
    auto out = of("_id", idOf(entity));
    boost::mp11::mp_for_each<json::Members<T>>([&](auto d) {
        constexpr auto kName = atelier::detail::kFieldName<decltype(d)>;
        if (kName != kPlace<T>.key) append(out.get(), kName, entity.*d.pointer);
    });
    appendDerived(out, entity);
    return out;
}

namespace detail {
template <class T>
bool isAbsent(const T&) {
    return false;
}
template <class T>
bool isAbsent(const std::optional<T>& field) {
    return !field;
}
}  // namespace detail

/// The update that makes a stored document say what `entity` says, and what `derived` says. Fields
/// that this version does not know stay as they are.
template <class T>
Document toUpdate(const T& entity, const Document& derived = {}) {
    auto set = derived;
    Document unset;
    boost::mp11::mp_for_each<json::Members<T>>([&](auto d) {
        constexpr auto kName = atelier::detail::kFieldName<decltype(d)>;
        if (kName == kPlace<T>.key) return;
        if (detail::isAbsent(entity.*d.pointer)) append(unset.get(), kName, "");
        append(set.get(), kName, entity.*d.pointer);
    });
    auto out = of("$set", set);
    if (!unset.empty()) append(out.get(), "$unset", unset);
    return out;
}

/// That a document of `collection` is not readable here.
std::unexpected<Error> unreadable(const char* collection, const Document& document,
                                  const json::DecodeError& why);

/// Errors: Internal (not a `T` that this version can read).
template <class T>
Result<T> fromDocument(const Document& document) {
    T out{};
    bson_iter_t field;
    bson_iter_init(&field, document.get());
    const auto done = readFields(field, out, [](std::string_view key) {
        return key == "_id" && !kPlace<T>.key.empty() ? kPlace<T>.key : key;
    });
    if (!done) return unreadable(kPlace<T>.collection, document, done.error());
    return out;
}

template <class T>
Result<std::optional<T>> fromDocument(const std::optional<Document>& document) {
    if (!document) return std::nullopt;
    auto entity = fromDocument<T>(*document);
    if (!entity) return failure(std::move(entity.error()));
    return std::move(*entity);
}

template <class T>
Result<std::vector<T>> fromDocuments(const std::vector<Document>& documents) {
    std::vector<T> out;
    out.reserve(documents.size());
    for (const auto& document : documents) {
        auto entity = fromDocument<T>(document);
        if (!entity) return failure(std::move(entity.error()));
        out.push_back(std::move(*entity));
    }
    return out;
}

}  // namespace atelier::mongo
