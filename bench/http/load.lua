-- The requests that scripts/bench sends with wrk, one after the other, and the figures it reads.
--
--     wrk … -s load.lua URL -- FILE
--
-- FILE has one line per account: an access token (or "-"), then the JSON body of a POST; without one it is a GET.
local requests, at = {}, 0

function init(args)
    for line in io.lines(args[1]) do
        local token, body = line:match("^(%S+) ?(.*)$")
        local headers = {}
        if token ~= "-" then headers["Authorization"] = "Bearer " .. token end
        if body == "" then
            requests[#requests + 1] = wrk.format("GET", nil, headers)
        else
            headers["Content-Type"] = "application/json"
            requests[#requests + 1] = wrk.format("POST", nil, headers, body)
        end
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format('{"requests": %d, "seconds": %.6f, "refused": %d, "broken": %d, "p50_ms": %.3f, "p99_ms": %.3f}',
        summary.requests, summary.duration / 1e6, errors.status, errors.connect + errors.read + errors.write
        + errors.timeout, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
