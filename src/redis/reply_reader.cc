#include "redis/reply_reader.h"

#include <charconv>

#include <hiredis/hiredis.h>

namespace atelier::redis {
namespace {

Reply toReply(const redisReply& from) {
    Reply reply;
    switch (from.type) {
        case REDIS_REPLY_INTEGER:
            reply.kind = Reply::Kind::Integer;
            reply.integer = from.integer;
            break;
        case REDIS_REPLY_STRING:
        case REDIS_REPLY_STATUS:
            reply.kind = Reply::Kind::Text;
            reply.text.assign(from.str, from.len);
            break;
        case REDIS_REPLY_ERROR:
            reply.kind = Reply::Kind::Fault;
            reply.text.assign(from.str, from.len);
            break;
        case REDIS_REPLY_ARRAY:
            reply.kind = Reply::Kind::Array;
            reply.items.reserve(from.elements);
            for (std::size_t i = 0; i < from.elements; ++i)
                reply.items.push_back(toReply(*from.element[i]));
            break;
        default:
            break;
    }
    return reply;
}

}  // namespace

std::optional<std::int64_t> Reply::number() const {
    if (kind == Kind::Integer) return integer;
    if (kind != Kind::Text) return std::nullopt;
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, wrong] = std::from_chars(text.data(), end, value);
    if (wrong != std::errc{} || stop != end) return std::nullopt;
    return value;
}

ReplyReader::ReplyReader() : reader_{redisReaderCreate(), redisReaderFree} {}

ReplyReader::~ReplyReader() = default;

void ReplyReader::feed(std::string_view bytes) {
    redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

Result<std::optional<Reply>> ReplyReader::next() {
    void* raw = nullptr;
    if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) {
        return failure(ErrorCode::NotReady, "what answers at REDIS_URL is not Redis",
                       reader_->errstr);
    }
    if (raw == nullptr) return std::optional<Reply>{};
    const std::unique_ptr<void, void (*)(void*)> owned{raw, freeReplyObject};
    return std::optional{toReply(*static_cast<redisReply*>(raw))};
}

}  // namespace atelier::redis
