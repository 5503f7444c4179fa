#pragma once

#include <string_view>

namespace atelier::bullmq {

/// Lua of ours that runs in front of BullMQ's own text, in one script: what must not be torn apart
/// from it. Each finds its keys at the end of KEYS: fair, prioritized, delayed, job.

/// Fairness between users (docs/adr/0009-fair-priorities.md): start-time fair queueing over
/// `prioritized`. A job's tag is max(tag of the first waiting job, last tag of its user + 1);
/// `fair` holds the last tags of users that are ahead, and of some that were.
inline constexpr std::string_view kFairTags = R"lua(
local atelierFair, atelierPrioritized = KEYS[#KEYS - 3], KEYS[#KEYS - 2]
local atelierDelayed, atelierJob = KEYS[#KEYS - 1], KEYS[#KEYS]
local function atelierNow()
  local head = redis.call('ZRANGE', atelierPrioritized, 0, 0, 'WITHSCORES')
  if head[2] then return math.max(math.floor(head[2] / 0x100000000), 1) end
  if redis.call('EXISTS', atelierDelayed) == 0 then
    redis.call('DEL', atelierFair)
    return 1
  end
  return tonumber(redis.call('ZRANGE', atelierFair, -1, -1, 'WITHSCORES')[2] or 1)
end
local function atelierTag(user)
  local now = atelierNow()
  local tag = tonumber(redis.call('ZINCRBY', atelierFair, 1, user))
  if tag < now then
    redis.call('ZREMRANGEBYSCORE', atelierFair, '-inf', '(' .. now)
    redis.call('ZADD', atelierFair, now, user)
    tag = now
  end
  return math.min(tag, 2097151)
end
)lua";

/// Before addPrioritizedJob and addDelayedJob; ARGV ends with key base, job id and user id. A job
/// that is there already is left alone; one that is finished, or nowhere, makes the script answer
/// "finished". The packed options lack the last four bytes, which are the priority.
inline constexpr std::string_view kBeforeAdd = R"lua(
if redis.call('EXISTS', atelierJob) == 1 then
  local base, id = ARGV[#ARGV - 2], ARGV[#ARGV - 1]
  if redis.call('ZSCORE', atelierPrioritized, id) or redis.call('ZSCORE', atelierDelayed, id)
    or redis.call('LPOS', base .. 'active', id) or redis.call('LPOS', base .. 'wait', id) then
    return id
  end
  return 'finished'
end
ARGV[3] = ARGV[3] .. struct.pack('>i4', atelierTag(ARGV[#ARGV]))
)lua";

/// Before retryJob; ARGV ends with the token. The job goes to the front.
inline constexpr std::string_view kBeforeRetry = R"lua(
if redis.call('GET', atelierJob .. ':lock') == ARGV[#ARGV] then
  redis.call('HSET', atelierJob, 'priority', atelierNow())
end
)lua";

/// Before moveToDelayed; ARGV ends with the token. The job's user queues for it anew.
inline constexpr std::string_view kBeforeDelay = R"lua(
if redis.call('GET', atelierJob .. ':lock') == ARGV[#ARGV] then
  local read, data = pcall(cjson.decode, redis.call('HGET', atelierJob, 'data') or '')
  if read and type(data) == 'table' and type(data['userId']) == 'string' then
    redis.call('HSET', atelierJob, 'priority', atelierTag(data['userId']))
  end
end
)lua";

/// Before moveStalledJobsToWait: a job without its lock need not be seen twice, since fetching sets
/// both at once.
inline constexpr std::string_view kBeforeStalledCheck = R"lua(
if redis.call('EXISTS', KEYS[4]) == 0 then
  for _, id in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do
    if redis.call('EXISTS', ARGV[2] .. id .. ':lock') == 0 then redis.call('SADD', KEYS[1], id) end
  end
end
)lua";

/// KEYS: prioritized, wait; ARGV: job id. How many jobs are delivered before this one, or nothing.
inline constexpr std::string_view kPosition = R"lua(
local waiting = redis.call('LLEN', KEYS[2])
local rank = redis.call('ZRANK', KEYS[1], ARGV[1])
if rank then return waiting + rank end
local at = redis.call('LPOS', KEYS[2], ARGV[1])
if at then return waiting - 1 - at end
return false
)lua";

}  // namespace atelier::bullmq
