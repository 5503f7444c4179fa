#pragma once

#include "http/call.h"
#include "service/url_importer.h"

namespace atelier::http {

/// The picture of a request: the one file that came along, as a form's part or as base64, or what
/// is behind its `imageUrl`; null when it has none.
/// Errors: ValidationFailed (both), those of UrlImporter::fetch.
Task<Result<SharedBytes>> pictureOf(CallPtr call, UrlImporter& importer);

}  // namespace atelier::http
