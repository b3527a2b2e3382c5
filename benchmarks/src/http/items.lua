-- Asks for /api/items/<number>: `each` counts up from the first number, `random` draws below it.
local way, first, count = "each", 0, 0

function init(args)
  way = args[1]
  first = tonumber(args[2])
  math.randomseed(first)
end

function request()
  local id
  if way == "each" then
    id = first + count
    count = count + 1
  else
    id = math.random(0, first - 1)
  end
  return wrk.format("GET", "/api/items/" .. id)
end
