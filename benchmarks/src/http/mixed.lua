-- Asks for the same path, and in every tenth request for an item that nobody has asked for: `first` and those after it.
-- What stays the same is made once: else the generator would be slower than what it measures.
local first, count, same = 0, 0, nil

function init(args)
  first = tonumber(args[1])
end

function request()
  count = count + 1
  if count % 10 == 0 then
    return wrk.format("GET", "/api/items/" .. (first + count))
  end
  same = same or wrk.format("GET")
  return same
end
