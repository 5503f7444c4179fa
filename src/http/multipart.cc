#include "http/multipart.h"

#include "http/text.h"

namespace atelier::http {
namespace {

constexpr std::size_t kMostParts = 32;
constexpr std::size_t kLongestHeader = 8192;
constexpr std::string_view kLine = "\r\n";

std::unexpected<Error> malformed(std::string detail) {
    return failure(ErrorCode::MalformedMultipart, std::move(detail));
}

/// Reads `name=token` or `name="quoted"` parameters, which follow the first `;`.
std::optional<std::string> parameter(std::string_view header, std::string_view wanted) {
    cut(header, ';');
    while (!header.empty()) {
        const auto name = lowered(cut(header, '='));
        std::string value;
        header = trimmed(header);
        if (header.starts_with('"')) {
            std::size_t at = 1;
            for (; at < header.size() && header[at] != '"'; ++at) {
                if (header[at] == '\\' && at + 1 < header.size()) ++at;
                value += header[at];
            }
            header.remove_prefix(std::min(at + 1, header.size()));
            cut(header, ';');
        } else {
            value = cut(header, ';');
        }
        if (name == wanted) return value;
    }
    return std::nullopt;
}

/// The part's own headers end with an empty line; cuts them and that line off `rest`.
Result<Part> takeHeaders(std::string_view& rest) {
    Part part;
    bool named = false;
    const auto limit = rest.substr(0, kLongestHeader);
    std::size_t at = 0;
    while (true) {
        const auto end = limit.find(kLine, at);
        if (end == std::string_view::npos) return malformed("a part's headers do not end");
        auto line = limit.substr(at, end - at);
        at = end + kLine.size();
        if (line.empty()) break;
        const auto name = lowered(cut(line, ':'));
        if (name != "content-disposition") continue;
        const auto value = parameter(line, "name");
        if (!value || value->empty())
            return malformed("a part has no name in its Content-Disposition");
        part.name = *value;
        part.filename = parameter(line, "filename");
        named = true;
    }
    if (!named) return malformed("a part has no Content-Disposition");
    rest.remove_prefix(at);
    return part;
}

}  // namespace

Result<std::vector<Part>> parseMultipart(std::string_view content_type, std::string_view body) {
    const auto boundary = parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > 70)
        return malformed("Content-Type names no boundary");
    const std::string first = "--" + *boundary;
    const std::string delimiter = "\r\n" + first;

    const auto start = body.starts_with(first) ? 0 : body.find(delimiter);
    if (start == std::string_view::npos)
        return malformed("the boundary does not occur in the body");
    auto rest = body.substr(start + (start == 0 ? first.size() : delimiter.size()));

    std::vector<Part> parts;
    while (!rest.starts_with("--")) {
        if (!rest.starts_with(kLine))
            return malformed("a boundary is followed by neither a part nor the end");
        if (parts.size() == kMostParts) return malformed("there are more than 32 parts");
        rest.remove_prefix(kLine.size());
        auto part = takeHeaders(rest);
        if (!part) return failure(std::move(part.error()));
        // An empty part's delimiter begins with the line end of its headers' empty line.
        const auto end = rest.starts_with(first) ? std::size_t{0} : rest.find(delimiter);
        if (end == std::string_view::npos)
            return malformed("the closing boundary is missing: the body was cut off");
        part->content = rest.substr(0, end);
        rest.remove_prefix(end + (rest.starts_with(first) ? first.size() : delimiter.size()));
        parts.push_back(std::move(*part));
    }
    return parts;
}

}  // namespace atelier::http
