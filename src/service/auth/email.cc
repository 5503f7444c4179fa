#include "service/auth/email.h"

#include <algorithm>
#include <cctype>

namespace atelier {
namespace {

constexpr std::size_t kLongestAddress = 254;  // RFC 5321 §4.5.3.1.3
constexpr std::size_t kLongestLocalPart = 64;
constexpr std::size_t kLongestLabel = 63;

bool isLetterOrDigit(unsigned char c) {
    return c < 0x80 && std::isalnum(c) != 0;
}

bool isLocalPart(std::string_view part) {
    return !part.empty() && part.size() <= kLongestLocalPart &&
           std::ranges::all_of(part, [](char c) {
               return isLetterOrDigit(static_cast<unsigned char>(c)) ||
                      std::string_view{".!#$%&'*+/=?^_`{|}~-"}.find(c) != std::string_view::npos;
           });
}

bool isLabel(std::string_view label) {
    return !label.empty() && label.size() <= kLongestLabel && !label.starts_with('-') &&
           !label.ends_with('-') && std::ranges::all_of(label, [](char c) {
               return c == '-' || isLetterOrDigit(static_cast<unsigned char>(c));
           });
}

bool isDomain(std::string_view domain) {
    for (;;) {
        const auto dot = domain.find('.');
        if (!isLabel(domain.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        domain.remove_prefix(dot + 1);
    }
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const auto first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

Result<std::string> normalizeEmail(std::string email) {
    std::string address{trimmed(email)};
    const auto at = address.rfind('@');
    if (address.size() > kLongestAddress || at == std::string::npos ||
        !isLocalPart(std::string_view{address}.substr(0, at)) ||
        !isDomain(std::string_view{address}.substr(at + 1))) {
        Error error{ErrorCode::ValidationFailed, "the e-mail address is not valid"};
        error.fields = {{"/email", "expected an address such as ann@shop.example"}};
        return failure(std::move(error));
    }
    std::ranges::transform(address, address.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return address;
}

}  // namespace atelier
