#pragma once

#include <string_view>

#include "domain/error.h"

namespace atelier {

/// Whether a password may be chosen: 10–128 characters and not one that guessers try first. No rule
/// about kinds of characters (NIST SP 800-63B §5.1.1.2). `pointer` names the field in the error;
/// `email` is not a password either. Errors: ValidationFailed (length, not UTF-8),
/// PasswordTooCommon.
Result<> checkPassword(std::string_view password, std::string_view email,
                       std::string_view pointer = "/password");

/// True for what guessers come to soon: a well-known word or two with their usual decorations,
/// runs, ways over the keyboard and repetitions: `Password123!`, `p4ssw0rd2024`, `a123456789`,
/// `qwer1234qwer`, `aaaaaaaaaa`.
bool isWellKnownPassword(std::string_view password);

}  // namespace atelier
