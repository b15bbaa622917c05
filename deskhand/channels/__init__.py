"""How customers reach the assistant. One package a channel; what all channels share lies beside them.

`delivery` stores and queues what comes and sends what goes, `turns` has Rasa answer, `typed_text` makes typed words
harmless and `output` turns what Rasa says into replies.
"""
