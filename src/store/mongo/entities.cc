#include "store/mongo/entities.h"

#include <fmt/format.h>

namespace atelier::mongo {

std::int64_t idOf(const AuditEntry& entry) {
    return entry.seq;
}

std::string promptId(std::string_view domain, std::int64_t version) {
    return fmt::format("{}:{}", domain, version);
}

std::string idOf(const PromptConfig& prompt) {
    return promptId(prompt.domain, prompt.version);
}

std::string claimId(const UserId& user, std::string_view key) {
    return fmt::format("{}:{}", user.str(), key);
}

std::string idOf(const IdempotencyClaim& claim) {
    return claimId(claim.user_id, claim.key);
}

void appendDerived(Document& out, const User& user) {
    append(out.get(), "open", user.holds.size() + user.pending_grants.size());
    append(out.get(), "roleVersion", 0);
}

void appendDerived(Document& out, const UsageLog& line) {
    append(
        out.get(), "once",
        line.job_id ? fmt::format("{}:{}", line.job_id->str(), nameOf(line.kind)) : line.id.str());
}

std::optional<Instant> endOf(const Job& job) {
    if (!isTerminal(job.status)) return std::nullopt;
    return job.finished_at.value_or(job.created_at);
}

void appendDerived(Document& out, const Job& job) {
    append(out.get(), "endedAt", endOf(job));
    append(out.get(), "blobs", blobKeysOf(job));
}

std::unexpected<Error> unreadable(const char* collection, const Document& document,
                                  const json::DecodeError& why) {
    const auto id = textAt(document, "_id");
    return failure(ErrorCode::Internal,
                   fmt::format("an object of {} cannot be read by this version of Atelier; a newer "
                               "one may have written it",
                               collection),
                   fmt::format("{} {}{}: {}", collection, id, why.pointer, why.message));
}

}  // namespace atelier::mongo
