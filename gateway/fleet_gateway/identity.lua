-- Says in headers who calls, by the claims of the JWT that Envoy has checked before.
--
-- Listed after `jwt_authn`, which refuses calls whose token is not good. Calls that it lets pass without one have no
-- claims, and so nobody who makes them. What stands above is written from the settings.

local NO_TENANT = "Tenant context required but not resolved from authentication."
local NO_NAME = "The token does not say whose it is."

local function refuse(handle, message)
  handle:respond({[":status"] = "401", ["www-authenticate"] = 'Bearer realm="llama-fleet"'}, message)
end

-- Returns a value as it stands in a header: as `fleet_runtime.access.caller.encoded`.
local function encoded(value)
  return (value:gsub("[^%w_.~:@/-]", function(c) return ("%%%02X"):format(c:byte()) end))
end

-- Returns the claim along the path `steps`, or nil.
local function claim(claims, steps)
  local found = claims
  for _, step in ipairs(steps) do
    if type(found) ~= "table" then return nil end
    found = found[step]
  end
  return found
end

local function text(value)
  if type(value) == "string" and value ~= "" then return value end
  return nil
end

-- Adds to `values` what a claim says: a list, or words with spaces between them.
local function add(values, said)
  if type(said) == "string" then
    for word in said:gmatch("%S+") do values[encoded(word)] = true end
  elseif type(said) == "number" then
    values[encoded(("%.14g"):format(said))] = true
  elseif type(said) == "table" then
    for _, each in ipairs(said) do
      if type(each) == "string" and each ~= "" then values[encoded(each)] = true end
      if type(each) == "number" then values[encoded(("%.14g"):format(each))] = true end
    end
  end
end

-- Returns the headers of the caller's attributes.
local function attributes(claims)
  local found = {}
  for _, mapped in ipairs(ATTRIBUTES) do
    local steps, header = mapped[1], mapped[2]
    found[header] = found[header] or {}
    add(found[header], claim(claims, steps))
  end
  return found
end

-- Returns whose data the caller works with, or nil if that must be known and is not.
local function tenant(claims)
  if TENANCY == "disabled" then return "" end
  if TENANCY == "single" then return DEFAULT_TENANT end
  local id = text(claim(claims, TENANT_CLAIM))
  if id and #id <= 128 and id:match("^[a-z0-9][a-z0-9_-]*$") then return id end
  return nil
end

function envoy_on_request(handle)
  local known = handle:streamInfo():dynamicMetadata():get("envoy.filters.http.jwt_authn")
  local claims = known and known[CLAIMS]
  if not claims then return end
  local principal = text(claims.sub) or text(claims.username)
  if not principal then return refuse(handle, NO_NAME) end
  local id = tenant(claims)
  if not id then return refuse(handle, NO_TENANT) end

  local headers = handle:headers()
  headers:replace(PRINCIPAL, encoded(principal))
  headers:replace(TENANT, id)
  for header, values in pairs(attributes(claims)) do
    local list = {}
    for value in pairs(values) do list[#list + 1] = value end
    table.sort(list)
    if #list > 0 then headers:replace(header, table.concat(list, ",")) end
  end
end
