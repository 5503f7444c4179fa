#include "domain/audit.h"

#include "domain/json.h"
#include "util/encoding.h"

namespace atelier {

std::string auditHash(const AuditEntry& entry) {
    auto copy = entry;
    copy.hash.clear();
    return sha256Hex(json::write(copy));
}

}  // namespace atelier
