"""How customers reach the assistant. One module a channel; what all channels share lies beside them.

`delivery` keeps the order and loses nothing, `turns` has Rasa answer, `typed_text` makes typed words harmless and
`output` turns what Rasa says into replies.
"""
