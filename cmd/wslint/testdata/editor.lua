-- What an editor does with wslint lsp: it opens a file, waits for diagnostics, asks for fixes with the cursor elsewhere on the line, for
-- hovers and for completions, applies a fix, and writes what it saw as JSON. For Neovim 0.7 and later.
local root, out = vim.env.WSLINT_ROOT, vim.env.WSLINT_OUT
local seen = {}

local function wait(what, ready)
  if not vim.wait(20000, ready, 50) then
    seen.failed = what
  end
end

local function start(file)
  vim.cmd('edit ' .. vim.fn.fnameescape(root .. '/' .. file))
  local buf = vim.api.nvim_get_current_buf()
  if not seen.client then
    seen.client = vim.lsp.start_client({ name = 'wslint', cmd = { vim.env.WSLINT_BIN, 'lsp' }, root_dir = root })
  end
  vim.lsp.buf_attach_client(buf, seen.client)
  wait('the server for ' .. file, function()
    return vim.lsp.buf_is_attached(buf, seen.client)
  end)
  return buf
end

local function ask(buf, method, line, character, context)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(buf),
    position = { line = line, character = character },
    range = { start = { line = line, character = character }, ['end'] = { line = line, character = character } },
    context = context,
  }
  local answers = vim.lsp.buf_request_sync(buf, method, params, 20000)
  for _, a in pairs(answers or {}) do
    return a.result
  end
end

local conf = start('nginx.conf')
wait('diagnostics', function()
  return #vim.diagnostic.get(conf) > 0
end)
local d = vim.diagnostic.get(conf)[1]
seen.message, seen.line = d.message, d.lnum + 1

local actions = ask(conf, 'textDocument/codeAction', d.lnum, 0, { diagnostics = {} })
seen.actions = {}
for _, a in ipairs(actions or {}) do
  table.insert(seen.actions, a.title)
end

local hover = ask(conf, 'textDocument/hover', tonumber(vim.env.WSLINT_HOVER), 10)
seen.hover = hover and hover.contents.value or ''

if actions and actions[1] then
  vim.lsp.util.apply_workspace_edit(actions[1].edit, 'utf-16')
  wait('no diagnostics after the fix', function()
    return #vim.diagnostic.get(conf) == 0
  end)
end
seen.text = table.concat(vim.api.nvim_buf_get_lines(conf, 0, -1, false), '\n')

local yaml = start('.wslint.yaml')
vim.api.nvim_buf_set_lines(yaml, -1, -1, false, { 'fail-' })
local last = vim.api.nvim_buf_line_count(yaml) - 1
local words = ask(yaml, 'textDocument/completion', last, #vim.api.nvim_buf_get_lines(yaml, last, last + 1, false)[1])
seen.completions = {}
for _, w in ipairs(words or {}) do
  table.insert(seen.completions, w.label)
end

local f = io.open(out, 'w')
f:write(vim.fn.json_encode(seen))
f:close()
vim.cmd('qa!')
