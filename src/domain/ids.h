#pragma once

#include "util/uuid.h"

namespace atelier {

using UserId = Id<struct UserTag>;
using ModelId = Id<struct ModelTag>;
using GarmentId = Id<struct GarmentTag>;
using JobId = Id<struct JobTag>;
using UsageId = Id<struct UsageTag>;
using SceneId = Id<struct SceneTag>;
using SessionId = Id<struct SessionTag>;
using ApiKeyId = Id<struct ApiKeyTag>;
using WebhookId = Id<struct WebhookTag>;
using DeliveryId = Id<struct DeliveryTag>;

}  // namespace atelier
