#pragma once

#include <boost/describe.hpp>

#include "domain/api_key.h"
#include "domain/job.h"
#include "domain/user.h"
#include "ports/page.h"
#include "service/auth/principal.h"
#include "service/link_signer.h"

/// What clients see: the objects of api/openapi.yaml, derived from the domain's. Addresses are
/// signed afresh each time.
namespace atelier::http {

struct UserView {
    UserId id;
    std::string email;
    Role role = Role::User;
    Credits credits_left = 0;
    Credits credits_held = 0;
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(UserView, (), (id, email, role, credits_left, credits_held, created_at))

struct SessionView {
    UserView user;
    std::string access_token;
    std::string token_type = "Bearer";
    std::int64_t expires_in = 0;
    std::string refresh_token;
};
BOOST_DESCRIBE_STRUCT(SessionView, (), (user, access_token, token_type, expires_in, refresh_token))

struct ApiKeyView {
    ApiKeyId id;
    std::string name;
    std::string prefix;
    std::vector<Scope> scopes;
    std::optional<std::int64_t> requests_per_minute;
    std::optional<Instant> expires_at;
    std::optional<Instant> last_used_at;
    std::optional<std::string> key;  ///< only in the answer that makes it
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(ApiKeyView, (),
                      (id, name, prefix, scopes, requests_per_minute, expires_at, last_used_at, key,
                       created_at))

struct ModelView {
    ModelId id;
    ModelType type = ModelType::Uploaded;
    std::optional<std::string> name;
    std::string url, thumb_url;
    std::int64_t width = 0, height = 0;
    std::string content_type;
    std::int64_t bytes = 0;
    std::string sha256;
    std::map<std::string, std::string> metadata;
    std::optional<JobId> job_id;
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(ModelView, (),
                      (id, type, name, url, thumb_url, width, height, content_type, bytes, sha256,
                       metadata, job_id, created_at))

struct GarmentView {
    GarmentId id;
    Category category = Category::UpperBody;
    std::optional<std::string> name, description;
    PhotoType photo_type = PhotoType::FlatLay;
    std::string url, thumb_url;
    std::int64_t width = 0, height = 0;
    std::string content_type;
    std::int64_t bytes = 0;
    std::string sha256;
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(GarmentView, (),
                      (id, category, name, description, photo_type, url, thumb_url, width, height,
                       content_type, bytes, sha256, created_at))

struct BalanceView {
    Credits credits_left = 0;
    Credits credits_held = 0;
};
BOOST_DESCRIBE_STRUCT(BalanceView, (), (credits_left, credits_held))

struct UsageView {
    UsageId id;
    UsageAction action = UsageAction::Grant;
    UsageKind kind = UsageKind::Grant;
    Credits credits_used = 0;
    std::optional<JobId> job_id;
    std::optional<std::int64_t> sample;
    std::optional<std::string> reason;
    Credits balance = 0;
    Instant timestamp{};
};
BOOST_DESCRIBE_STRUCT(UsageView, (),
                      (id, action, kind, credits_used, job_id, sample, reason, balance, timestamp))

/// One page of any of them.
template <class View>
struct PageView {
    std::vector<View> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(PageView<ApiKeyView>, (), (items, next_cursor))
BOOST_DESCRIBE_STRUCT(PageView<ModelView>, (), (items, next_cursor))
BOOST_DESCRIBE_STRUCT(PageView<GarmentView>, (), (items, next_cursor))
BOOST_DESCRIBE_STRUCT(PageView<UsageView>, (), (items, next_cursor))

UserView viewOf(const User& user);
SessionView viewOf(const Session& session);
ApiKeyView viewOf(const ApiKey& key);
ModelView viewOf(const Model& model, const LinkSigner& links);
GarmentView viewOf(const Garment& garment, const LinkSigner& links);
UsageView viewOf(const UsageLog& line);

/// Views a page item by item.
template <class T, class ToView>
auto pageOf(const Page<T>& page, ToView to_view) {
    PageView<decltype(to_view(page.items.front()))> out;
    out.items.reserve(page.items.size());
    for (const auto& item : page.items) out.items.push_back(to_view(item));
    out.next_cursor = page.next_cursor;
    return out;
}

}  // namespace atelier::http
