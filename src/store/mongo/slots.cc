#include "store/mongo/slots.h"

#include <set>

#include "store/mongo/read.h"
#include "store/mongo/write.h"

namespace atelier::mongo {

Result<bool> insertInFreeSlot(Connection& connection, const char* collection, const UserId& user,
                              const Document& entity, const Document& same, int most) {
    for (;;) {
        const auto present = connection.find(collection, of("userId", user),
                                             {.sort = {}, .limit = 0, .fields = of("slot", 1)});
        if (!present) return failure(present.error());
        if (std::ssize(*present) >= most) return false;
        std::set<std::int64_t> taken;
        for (const auto& one : *present) {
            bson_iter_t at;
            if (one.find("slot", at) && BSON_ITER_HOLDS_INT(&at))
                taken.insert(bson_iter_as_int64(&at));
        }
        std::int64_t slot = 0;
        while (taken.contains(slot)) ++slot;
        auto document = entity;
        append(document.get(), "slot", slot);
        const auto added = connection.insert(collection, document);
        if (!added || *added) return added;
        // Someone took the slot meanwhile, unless it is the entity itself that is there.
        const auto there = connection.findOne(collection, same, of("_id", 1));
        if (!there) return failure(there.error());
        if (*there) return failure(ErrorCode::Conflict, "there is such an object");
    }
}

Result<> fillSlots(Connection& connection, const char* collection) {
    const auto old = connection.find(collection, of("slot", nullptr),
                                     {.sort = {}, .limit = 0, .fields = of("_id", 1)});
    if (!old) return failure(old.error());
    for (const auto& one : *old) {
        // Any value will do that no other has; several processes may be at it.
        const auto id = textAt(one, "_id");
        const auto filled = connection.update(collection, of("_id", id, "slot", nullptr),
                                              of("$set", of("slot", id)));
        if (!filled) return failure(filled.error());
    }
    return {};
}

}  // namespace atelier::mongo
