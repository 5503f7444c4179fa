#pragma once

#include "contract/contract.h"
#include "domain/error.h"
#include "ports/image_provider.h"

namespace atelier::bfl {

/// The endpoint that `request` is for, when the provider's contract allows the
/// request. Stricter than the provider, which ignores fields it does not know.
/// Errors: ValidationFailed, ProviderEndpointRemoved.
Result<const contract::Endpoint*> checkRequest(const ProviderRequest& request);

/// What `endpoint` takes as the picture `field`, by the contract; members of a list are named
/// `images/0`.
PictureRules pictureRules(const std::string& endpoint, std::string_view field);

/// JPEG, PNG or WebP, by its first bytes.
bool looksLikePicture(BytesView bytes);

/// The JSON body of a checked request. Pictures become plain base64; members of a
/// list are named `images/0`, `images/1`, ….
Bytes requestBody(const contract::Endpoint& endpoint, const ProviderRequest& request);

}  // namespace atelier::bfl
