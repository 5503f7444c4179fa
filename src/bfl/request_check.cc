#include "bfl/request_check.h"

#include <algorithm>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <boost/json.hpp>

#include "bfl/hosts.h"
#include "contract/check.h"

namespace atelier::bfl {
namespace {

namespace bj = boost::json;
using contract::Contract;
using contract::Endpoint;
using contract::Image;
using contract::Parameter;

/// `images` of `images/3`.
std::string_view fieldOf(std::string_view image_name) {
    return image_name.substr(0, image_name.find('/'));
}

bool isList(const Parameter& parameter) {
    return parameter.type == contract::Type::StringOrList;
}

Error invalid(const Endpoint& endpoint, std::vector<FieldError> fields) {
    Error error{ErrorCode::ValidationFailed,
                fmt::format("{}: {} {}", endpoint.path, fields.front().pointer.substr(1),
                            fields.front().message)};
    error.fields = std::move(fields);
    return error;
}

std::string wrongWithImage(const Parameter* parameter, std::string_view name,
                           const SharedBytes& image) {
    if (parameter == nullptr || parameter->image == Image::None)
        return "is not a picture of this endpoint";
    if (name.contains('/') && !isList(*parameter)) return "takes one picture, not a list";
    if (!image || !looksLikePicture(*image)) return "is not a JPEG, PNG or WebP picture";
    const auto limit = Contract::bfl().imageMaxBytes();
    const auto size =
        parameter->image == Image::Base64 ? (image->size() + 2) / 3 * 4 : image->size();
    if (size > limit) return fmt::format("has more than {} bytes", limit);
    return {};
}

std::string wrongWithParameter(const Parameter* parameter, const bj::value& value) {
    if (parameter == nullptr) return "is not a parameter of this endpoint";
    if (parameter->image == Image::None || value.is_null()) return {};
    const auto* text = value.if_string();
    if (parameter->image != Image::Base64OrUrl || text == nullptr || !originOf(*text))
        return "must be a picture, or its http(s) URL where the endpoint takes one";
    return {};
}

void addWebhook(const Endpoint& endpoint, const ProviderRequest& request, bj::object& fields) {
    if (request.webhook_url.empty() || endpoint.find("webhook_url") == nullptr) return;
    fields["webhook_url"] = request.webhook_url;
    if (!request.webhook_secret.empty()) fields["webhook_secret"] = request.webhook_secret;
}

/// What the provider's rules would say; pictures are only counted.
std::vector<FieldError> violations(const Endpoint& endpoint, const ProviderRequest& request) {
    auto fields = request.parameters;
    addWebhook(endpoint, request, fields);
    for (const auto& [name, image] : request.images) {
        auto& field = fields[fieldOf(name)];
        if (name.contains('/')) {
            if (!field.is_array()) field.emplace_array();
            field.as_array().emplace_back("AA==");
        } else {
            field = "AA==";
        }
    }
    std::vector<FieldError> found;
    for (const auto& violation : contract::check(endpoint, fields)) {
        std::string pointer;
        for (std::size_t i = 1; i < violation.loc.size(); ++i) {
            const auto& step = violation.loc[i];
            pointer +=
                "/" + (step.is_string() ? std::string{step.as_string()} : bj::serialize(step));
        }
        found.push_back({pointer.empty() ? "/" : pointer, violation.msg});
    }
    return found;
}

/// OpenSSL's encoder: secrets need one of constant time, these megabytes a fast one.
void appendBase64(Bytes& body, const Bytes& image) {
    body += '"';
    const auto start = body.size();
    body.resize(start + (image.size() + 2) / 3 * 4 + 1);  // it adds a NUL
    const auto length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(body.data() + start),
                                        reinterpret_cast<const unsigned char*>(image.data()),
                                        static_cast<int>(image.size()));
    body.resize(start + static_cast<std::size_t>(length));
    body += '"';
}

}  // namespace

bool looksLikePicture(BytesView bytes) {
    return bytes.starts_with("\xff\xd8\xff") || bytes.starts_with("\x89PNG\r\n\x1a\n") ||
           (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP"));
}

PictureRules pictureRules(const std::string& path, std::string_view field) {
    const auto& contract = Contract::bfl();
    const auto* endpoint = contract.find(path);
    const auto* parameter = endpoint == nullptr ? nullptr : endpoint->find(fieldOf(field));
    if (parameter == nullptr || parameter->image == Image::None) return {};
    const auto& limits = endpoint->image_limits;
    const auto most = std::min(limits.max_mp, limits.useful_mp) * contract.megapixel();
    const bool inline_only = parameter->image == Image::Base64;
    const auto bytes = contract.imageMaxBytes();
    return {.max_pixels = static_cast<std::int64_t>(most),
            .max_bytes = inline_only ? bytes / 4 * 3 : bytes,
            .takes_url = !inline_only && !field.contains('/')};
}

Result<const Endpoint*> checkRequest(const ProviderRequest& request) {
    const auto* endpoint = Contract::bfl().find(request.endpoint);
    if (endpoint == nullptr || endpoint->kind == contract::Kind::Service)
        return failure(ErrorCode::ValidationFailed,
                       fmt::format("the provider has no image endpoint {}", request.endpoint));
    if (endpoint->status == contract::Status::Removed)
        return failure(ErrorCode::ProviderEndpointRemoved,
                       fmt::format("{} is no longer offered by the provider", request.endpoint));
    std::vector<FieldError> wrong;
    for (const auto& [name, value] : request.parameters) {
        auto message = wrongWithParameter(endpoint->find(name), value);
        if (!message.empty())
            wrong.push_back({fmt::format("/{}", std::string_view{name}), std::move(message)});
    }
    for (const auto& [name, image] : request.images) {
        auto message = request.parameters.contains(fieldOf(name))
                           ? "is given as a picture and as a parameter"
                           : wrongWithImage(endpoint->find(fieldOf(name)), name, image);
        if (!message.empty()) wrong.push_back({"/" + name, std::move(message)});
    }
    if (wrong.empty()) wrong = violations(*endpoint, request);
    if (!wrong.empty()) return std::unexpected(invalid(*endpoint, std::move(wrong)));
    return endpoint;
}

Bytes requestBody(const Endpoint& endpoint, const ProviderRequest& request) {
    auto fields = request.parameters;
    addWebhook(endpoint, request, fields);
    std::size_t size = 4096;
    for (const auto& [name, image] : request.images) size += image->size() / 3 * 4 + 64;
    // Pictures are appended by hand: base64 needs no escaping, and they are megabytes.
    Bytes body;
    body.reserve(size);
    body = bj::serialize(fields);
    body.pop_back();
    for (auto image = request.images.begin(); image != request.images.end();) {
        const auto field = fieldOf(image->first);
        const bool list = image->first.contains('/');
        if (!body.ends_with('{')) body += ',';
        body.append(1, '"').append(field).append(list ? "\":[" : "\":");
        appendBase64(body, *image->second);
        for (++image; list && image != request.images.end() && fieldOf(image->first) == field;
             ++image) {
            body += ',';
            appendBase64(body, *image->second);
        }
        if (list) body += ']';
    }
    body += '}';
    return body;
}

}  // namespace atelier::bfl
