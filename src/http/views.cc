#include "http/views.h"

namespace atelier::http {
namespace {

template <class View>
void showPicture(View& view, const Picture& picture, const LinkSigner& links) {
    view.url = links.fileUrl(picture.key);
    view.thumb_url = links.fileUrl(picture.thumb_key);
    view.width = picture.width;
    view.height = picture.height;
    view.content_type = picture.content_type;
    view.bytes = picture.bytes;
    view.sha256 = picture.sha256;
}

}  // namespace

UserView viewOf(const User& user) {
    return {user.id, user.email, user.role, user.credits_left, user.creditsHeld(), user.created_at};
}

SessionView viewOf(const Session& session) {
    SessionView view;
    view.user = viewOf(session.user);
    view.access_token = session.access_token;
    view.expires_in = session.expires_in.count();
    view.refresh_token = session.refresh_token;
    return view;
}

ApiKeyView viewOf(const ApiKey& key) {
    return {.id = key.id,
            .name = key.name,
            .prefix = key.prefix,
            .scopes = key.scopes,
            .requests_per_minute = key.requests_per_minute,
            .expires_at = key.expires_at,
            .last_used_at = key.last_used_at,
            .key = {},
            .created_at = key.created_at};
}

ModelView viewOf(const Model& model, const LinkSigner& links) {
    ModelView view;
    view.id = model.id;
    view.type = model.type;
    view.name = model.name;
    showPicture(view, model.picture, links);
    view.metadata = model.metadata;
    view.job_id = model.job_id;
    view.created_at = model.created_at;
    return view;
}

GarmentView viewOf(const Garment& garment, const LinkSigner& links) {
    GarmentView view;
    view.id = garment.id;
    view.category = garment.category;
    view.name = garment.name;
    view.description = garment.description;
    view.photo_type = garment.photo_type;
    showPicture(view, garment.picture, links);
    view.created_at = garment.created_at;
    return view;
}

UsageView viewOf(const UsageLog& line) {
    return {line.id,     line.action, line.kind,    line.credits_used, line.job_id,
            line.sample, line.reason, line.balance, line.timestamp};
}

}  // namespace atelier::http
