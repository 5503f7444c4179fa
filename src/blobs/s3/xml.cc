#include "blobs/s3/xml.h"

#include <sstream>

#include <fmt/format.h>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>

namespace atelier::s3 {
namespace {

namespace pt = boost::property_tree;

/// The element `root`; empty when `body` is not XML or has another root.
std::optional<pt::ptree> element(const std::string& body, const char* root) {
    try {
        pt::ptree tree;
        std::istringstream in{body};
        pt::read_xml(in, tree, pt::xml_parser::trim_whitespace);
        auto found = tree.get_child_optional(root);
        if (!found) return std::nullopt;
        return std::move(*found);
    } catch (const pt::ptree_error&) {
        return std::nullopt;
    }
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

}  // namespace

std::optional<ErrorBody> parseError(const std::string& body) {
    const auto error = element(body, "Error");
    if (!error) return std::nullopt;
    return ErrorBody{error->get("Code", ""), error->get("Message", ""), error->get("Region", "")};
}

std::optional<Listing> parseListing(const std::string& body) {
    const auto result = element(body, "ListBucketResult");
    if (!result) return std::nullopt;
    Listing listing;
    if (result->get("IsTruncated", "") == "true")
        listing.continuation = result->get("NextContinuationToken", "");
    for (const auto& [name, object] : *result) {
        if (name != "Contents") continue;
        const auto modified_at = parseRfc3339(object.get("LastModified", ""));
        if (!modified_at) return std::nullopt;
        listing.objects.push_back(
            {object.get("Key", ""), object.get("Size", std::int64_t{0}), *modified_at});
    }
    return listing;
}

std::optional<std::string> parseUploadId(const std::string& body) {
    const auto result = element(body, "InitiateMultipartUploadResult");
    auto id = result ? result->get("UploadId", "") : std::string{};
    if (id.empty()) return std::nullopt;
    return id;
}

std::optional<Instant> parseCopyTime(const std::string& body) {
    const auto result = element(body, "CopyObjectResult");
    return result ? parseRfc3339(result->get("LastModified", "")) : std::nullopt;
}

std::string completionOf(const std::vector<std::string>& etags) {
    std::string parts;
    for (std::size_t i = 0; i < etags.size(); ++i) {
        parts += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", i + 1,
                             escaped(etags[i]));
    }
    return fmt::format(
        R"(<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{}</CompleteMultipartUpload>)",
        parts);
}

}  // namespace atelier::s3
