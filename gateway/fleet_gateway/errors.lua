-- Answers with the status that the service means, and errors as REST callers know them: a JSON body.
--
-- Listed before the transcoder, so on the way back it runs after it, and sees a gRPC error as
-- the transcoder has made it: `{"code": 5, "message": "…", "details": […]}`. The service's REST
-- face has put the whole body that it means into a header; for other gRPC errors, such as
-- gRPC's own, the body is made here.

local OPENAI = '{"error":{"message":%s,"type":"%s","param":null,"code":null}}'
local ANTHROPIC = '{"type":"error","error":{"type":"%s","message":%s}}'
local GOOGLE = '{"error":{"code":%d,"message":%s,"status":"%s"}}'

local OPENAI_TYPES = {
  [401] = "authentication_error", [403] = "permission_error", [409] = "conflict_error",
  [429] = "rate_limit_error",
}
local ANTHROPIC_TYPES = {
  [401] = "authentication_error", [403] = "permission_error", [404] = "not_found_error",
  [413] = "request_too_large", [429] = "rate_limit_error", [503] = "overloaded_error",
  [504] = "timeout_error",
}

local GOOGLE_STATUSES = {
  [401] = "UNAUTHENTICATED", [403] = "PERMISSION_DENIED", [404] = "NOT_FOUND",
  [429] = "RESOURCE_EXHAUSTED", [503] = "UNAVAILABLE", [504] = "DEADLINE_EXCEEDED",
}

local function openai(status, message)
  local kind = OPENAI_TYPES[status] or (status < 500 and "invalid_request_error" or "server_error")
  return OPENAI:format(message, kind)
end

local function anthropic(status, message)
  local kind = ANTHROPIC_TYPES[status] or (status < 500 and "invalid_request_error" or "api_error")
  return ANTHROPIC:format(kind, message)
end

local function google(status, message)
  local name = GOOGLE_STATUSES[status] or (status < 500 and "INVALID_ARGUMENT" or "INTERNAL")
  return GOOGLE:format(status, message, name)
end

local SHAPES = {openai = openai, anthropic = anthropic, google = google}

-- Returns the body for an error that no service of ours has written, or nil if it has a body.
local function made(handle, status, converted)
  local message = converted:match('^{"code":%d+,"message":(".-"),"details":%[')
    or converted:match('^{"code":%d+,"message":(".*")}$')
    or (converted:match('^{"code":%d+[,}]') and '""')
  if not message then return nil end
  local shape = SHAPES[handle:metadata():get("shape")] or openai -- as the route says
  return shape(status, message)
end

-- Makes an answer of 200 with no body, as the transcoder has it, one of the status that is meant: 204, or 202.
local function empty(headers, status)
  for _, name in ipairs({"content-type", "x-fleet-status"}) do headers:remove(name) end
  headers:replace(":status", status)
end

function envoy_on_response(handle)
  local headers = handle:headers()
  if headers:get(":status") == "200" then -- most are, and there is nothing to do
    local meant = headers:get("x-fleet-status")
    if meant then empty(headers, meant) end
    return
  end
  if (headers:get("content-type") or ""):sub(1, 16) == "application/grpc" then return end
  local meant, body = headers:get("x-fleet-status"), headers:get("x-fleet-error")
  for _, name in ipairs({"grpc-status", "grpc-message", "grpc-status-details-bin",
                         "x-fleet-status", "x-fleet-error"}) do
    headers:remove(name)
  end
  local status = tonumber(headers:get(":status"))
  if status < 400 then return end
  status = tonumber(meant) or status
  headers:replace(":status", tostring(status))

  -- A body can be replaced only where there is one: else the caller would wait for it for ever.
  local sent = handle:body()
  if not sent then return end
  body = body or made(handle, status, sent:getBytes(0, sent:length()))
  if not body then return end
  sent:setBytes(body) -- and with it content-length; `headers` is dead after the wait for the body
end
