#include "http/handlers/docs_handlers.h"

#include <array>

#include <fmt/format.h>

#include "domain/error.h"
#include "http/llms_text.h"
#include "http/media.h"
#include "http/reply.h"
#include "util/encoding.h"

namespace atelier::http {
namespace {

constexpr std::string_view kPage = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Atelier API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"><p>The interactive reference needs scripts. The document is at <a href="/openapi.json">/openapi.json</a>,
the error codes at <a href="/docs/errors">/docs/errors</a>.</p></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
)";
constexpr std::string_view kStart =
    "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, "
    "tryItOutEnabled: true });\n";
constexpr std::string_view kNotInstalled = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Atelier API</title></head><body>
<p>The reference's viewer is not installed (npm package swagger-ui-dist, fetched by <code>make build</code>).
The document itself is at <a href="/openapi.json">/openapi.json</a>, the error codes at <a href="/docs/errors">/docs/errors</a>.</p>
</body></html>
)";
constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The only files of the package that are served.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kPackageFiles{
    {{"swagger-ui.css", "text/css; charset=utf-8"},
     {"swagger-ui-bundle.js", "text/javascript; charset=utf-8"}}};

drogon::HttpResponsePtr textReply(std::string_view type, std::string body) {
    auto response = drogon::HttpResponse::newHttpResponse();
    response->setContentTypeString(std::string{type});
    response->addHeader("content-security-policy", std::string{kPagePolicy});
    response->setBody(std::move(body));
    return response;
}

/// docs/errors.md for browsers: where the `type` of a problem points to.
std::string errorPage() {
    std::string rows;
    for (const auto& info : errorCatalogue())
        rows += fmt::format(
            "<tr id=\"{0}\"><td><code>{0}</code></td><td>{1}</td><td>{2}</td><td>{3}</td></tr>\n",
            info.name, info.title, info.fix, info.retryable ? "yes" : "no");
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Atelier "
        "errors</title>"
        "<style>body{{font:15px/1.5 sans-serif;margin:2rem "
        "auto;max-width:70rem}}td,th{{padding:.3rem .8rem;text-align:left;"
        "vertical-align:top}}tr:target{{background:#fe9}}</style></head><body><h1>Errors</h1>\n"
        "<table><tr><th>code</th><th>meaning</th><th>what to do</th><th>worth a "
        "retry</th></tr>\n{}</table></body></html>\n",
        rows);
}

}  // namespace

DocsHandlers::DocsHandlers(const Document& document, std::filesystem::path share_dir)
    : document_{document},
      package_dir_{share_dir / "swagger-ui-dist"},
      etag_{"\"" + sha256Hex(document.json()).substr(0, 32) + "\""},
      llms_text_{llmsText(document.json())} {}

void DocsHandlers::bind(OperationTable& table) {
    table.bind("getOpenApi", *this, &DocsHandlers::getOpenApi);
    table.bind("getDocs", *this, &DocsHandlers::getDocs);
    table.bind("getDocsAsset", *this, &DocsHandlers::getDocsAsset);
    table.bind("getLlmsText", *this, &DocsHandlers::getLlmsText);
}

Task<Answer> DocsHandlers::getOpenApi(CallPtr call) {
    const bool unchanged = matchesEtag(call->request->getHeader("if-none-match"), etag_);
    auto response = emptyReply();
    response->setStatusCode(unchanged ? drogon::k304NotModified : drogon::k200OK);
    if (!unchanged) {
        response->setContentTypeCode(drogon::CT_APPLICATION_JSON);
        response->setBody(document_.json());
    }
    response->addHeader("etag", etag_);
    response->addHeader("cache-control", "no-cache");
    co_return response;
}

Task<Answer> DocsHandlers::getDocs(CallPtr) {
    std::error_code ignored;
    const bool installed =
        std::filesystem::exists(package_dir_ / kPackageFiles.front().first, ignored);
    co_return textReply("text/html; charset=utf-8", std::string{installed ? kPage : kNotInstalled});
}

Task<Answer> DocsHandlers::getLlmsText(CallPtr) {
    co_return textReply("text/markdown; charset=utf-8", llms_text_);
}

Task<Answer> DocsHandlers::getDocsAsset(CallPtr call) {
    const auto asset = *call->text("asset");
    if (asset == "errors") co_return textReply("text/html; charset=utf-8", errorPage());
    if (asset == "start.js")
        co_return textReply("text/javascript; charset=utf-8", std::string{kStart});
    for (const auto& [name, type] : kPackageFiles) {
        std::error_code ignored;
        const auto path = package_dir_ / name;
        if (asset != name || !std::filesystem::exists(path, ignored)) continue;
        auto response = drogon::HttpResponse::newFileResponse(path.string());
        response->setContentTypeString(std::string{type});
        response->addHeader("cache-control", "public, max-age=86400");
        co_return response;
    }
    co_return failure(ErrorCode::NotFound, "there is no such file");
}

}  // namespace atelier::http
