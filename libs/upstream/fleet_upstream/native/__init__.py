"""What translators between OpenAI's chat completions and the vendors' own wires have in common.

`conversation` reads messages into turns, `tools` what may be called; `fields` refuses what has no translation; `chunks`
makes answers; `thoughts` keeps what vendors want back.
"""
