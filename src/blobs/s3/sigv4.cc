#include "blobs/s3/sigv4.h"

#include <algorithm>
#include <cctype>
#include <map>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "util/encoding.h"

namespace atelier::s3 {
namespace {

constexpr auto kAlgorithm = "AWS4-HMAC-SHA256";

/// `20130524T000000Z`; the date alone is its first eight characters.
std::string timeStamp(Instant at) {
    return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
}

std::string lowerCase(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Names in lower case and in order, as they are signed.
std::map<std::string, std::string> signedHeaders(const Signable& request) {
    std::map<std::string, std::string> headers{{"host", request.host}};
    for (const auto& [name, value] : request.headers) headers[lowerCase(name)] = value;
    return headers;
}

std::string namesOf(const std::map<std::string, std::string>& headers) {
    std::string names;
    for (const auto& [name, value] : headers) names += (names.empty() ? "" : ";") + name;
    return names;
}

std::string canonicalRequest(const Signable& request) {
    const auto headers = signedHeaders(request);
    std::string lines;
    for (const auto& [name, value] : headers) lines += fmt::format("{}:{}\n", name, value);
    return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, encodedPath(request.path),
                       encodedQuery(request.query), lines, namesOf(headers), request.body_sha256);
}

}  // namespace

std::string encodedPath(std::string_view path) {
    std::string out;
    for (std::size_t at = 0; at < path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        out += percentEncode(path.substr(at, end - at));
        if (end < path.size()) out += '/';
        at = end + 1;
    }
    return out;
}

std::string encodedQuery(const Pairs& query) {
    Pairs encoded;
    for (const auto& [name, value] : query)
        encoded.emplace_back(percentEncode(name), percentEncode(value));
    std::ranges::sort(encoded);
    std::string out;
    for (const auto& [name, value] : encoded)
        out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
    return out;
}

std::string SigV4::scopeOf(const std::string& date) const {
    return fmt::format("{}/{}/s3/aws4_request", date, region_);
}

std::string SigV4::signature(const std::string& canonical_request, const std::string& time) const {
    const auto date = time.substr(0, 8);
    const auto text = fmt::format("{}\n{}\n{}\n{}", kAlgorithm, time, scopeOf(date),
                                  sha256Hex(canonical_request));
    auto key = hmacSha256("AWS4" + secret_, date);
    for (const std::string_view part :
         {std::string_view{region_}, std::string_view{"s3"}, std::string_view{"aws4_request"}})
        key = hmacSha256(key, part);
    return toHex(hmacSha256(key, text));
}

Pairs SigV4::headersFor(const Signable& request, Instant at) const {
    auto signable = request;
    const auto time = timeStamp(at);
    signable.headers.emplace_back("x-amz-content-sha256", signable.body_sha256);
    signable.headers.emplace_back("x-amz-date", time);
    auto headers = signable.headers;
    headers.emplace_back(
        "authorization",
        fmt::format("{} Credential={}/{},SignedHeaders={},Signature={}", kAlgorithm, access_key_id_,
                    scopeOf(time.substr(0, 8)), namesOf(signedHeaders(signable)),
                    signature(canonicalRequest(signable), time)));
    return headers;
}

std::string SigV4::queryFor(Signable request, Instant at, Seconds lifetime) const {
    const auto time = timeStamp(at);
    request.body_sha256 = "UNSIGNED-PAYLOAD";
    request.query.emplace_back("X-Amz-Algorithm", kAlgorithm);
    request.query.emplace_back("X-Amz-Credential",
                               access_key_id_ + "/" + scopeOf(time.substr(0, 8)));
    request.query.emplace_back("X-Amz-Date", time);
    request.query.emplace_back("X-Amz-Expires", std::to_string(lifetime.count()));
    request.query.emplace_back("X-Amz-SignedHeaders", namesOf(signedHeaders(request)));
    return encodedQuery(request.query) +
           "&X-Amz-Signature=" + signature(canonicalRequest(request), time);
}

}  // namespace atelier::s3
