-- load.lua at a steady pace: every connection waits PACE_MS between an answer and its next request.
dofile(os.getenv("LOAD_LUA"))

local pace = tonumber(os.getenv("PACE_MS"))

function delay()
    return pace
end
