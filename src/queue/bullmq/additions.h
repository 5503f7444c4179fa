#pragma once

#include <string_view>

namespace atelier::bullmq {

/// Lua of ours that runs in front of BullMQ's own text, in one script: what must not be torn apart
/// from it. Each finds its keys at the end of KEYS, in this order: fair, prioritized, delayed,
/// completed, failed, active, wait, job.

/// Fairness between users (docs/adr/0009-fair-priorities.md): start-time fair queueing over
/// `prioritized`. A job's tag is max(tag of the first waiting job, last tag of its user + 1);
/// `fair` holds the last tags of users that are ahead.
inline constexpr std::string_view kFairTags = R"lua(
local function atelierNow(fair, prioritized, delayed)
  local head = redis.call('ZRANGE', prioritized, 0, 0, 'WITHSCORES')
  if head[2] then return math.floor(tonumber(head[2]) / 0x100000000) end
  if redis.call('EXISTS', delayed) == 0 then
    redis.call('DEL', fair)
    return 1
  end
  local last = redis.call('ZRANGE', fair, -1, -1, 'WITHSCORES')
  return tonumber(last[2] or 1)
end
local function atelierTag(fair, prioritized, delayed, user)
  local now = math.max(atelierNow(fair, prioritized, delayed), 1)
  redis.call('ZREMRANGEBYSCORE', fair, '-inf', '(' .. now)
  local mine = tonumber(redis.call('ZSCORE', fair, user) or 0)
  local tag = math.min(math.max(now, mine + 1), 2097151)
  redis.call('ZADD', fair, tag, user)
  return tag
end
)lua";

/// Before addPrioritizedJob and addDelayedJob; ARGV ends with job id and user id. A job that is
/// there already is left alone; one that is finished, or nowhere, makes the script answer
/// "finished".
inline constexpr std::string_view kBeforeAdd = R"lua(
do
  local n = #KEYS
  local id = ARGV[#ARGV - 1]
  if redis.call('EXISTS', KEYS[n]) == 1 then
    if redis.call('ZSCORE', KEYS[n - 6], id) or redis.call('ZSCORE', KEYS[n - 5], id)
      or redis.call('LPOS', KEYS[n - 2], id) or redis.call('LPOS', KEYS[n - 1], id) then
      return id
    end
    return 'finished'
  end
  local opts = cmsgpack.unpack(ARGV[3])
  opts['priority'] = atelierTag(KEYS[n - 7], KEYS[n - 6], KEYS[n - 5], ARGV[#ARGV])
  ARGV[3] = cmsgpack.pack(opts)
end
)lua";

/// Before retryJob; ARGV ends with the token. The job goes to the front.
inline constexpr std::string_view kBeforeRetry = R"lua(
do
  local n = #KEYS
  if redis.call('GET', KEYS[n] .. ':lock') == ARGV[#ARGV] then
    redis.call('HSET', KEYS[n], 'priority', math.max(atelierNow(KEYS[n - 7], KEYS[n - 6], KEYS[n - 5]), 1))
  end
end
)lua";

/// Before moveToDelayed; ARGV ends with the token. The job's user queues for it anew.
inline constexpr std::string_view kBeforeDelay = R"lua(
do
  local n = #KEYS
  if redis.call('GET', KEYS[n] .. ':lock') == ARGV[#ARGV] then
    local read, data = pcall(cjson.decode, redis.call('HGET', KEYS[n], 'data') or '')
    if read and type(data) == 'table' and type(data['userId']) == 'string' then
      redis.call('HSET', KEYS[n], 'priority', atelierTag(KEYS[n - 7], KEYS[n - 6], KEYS[n - 5], data['userId']))
    end
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
