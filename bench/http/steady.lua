-- load.lua at a steady pace: every connection waits PACE_MS on average between an answer and its next request, each time
-- another time: clients that know nothing of each other, not all at the same moment.
dofile(os.getenv("LOAD_LUA"))

local pace = tonumber(os.getenv("PACE_MS"))

function delay()
    return math.floor(-pace * math.log(1 - math.random()) + 0.5)
end
