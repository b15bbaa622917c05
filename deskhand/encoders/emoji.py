"""Emoji as words. Encoders trained on prose know none: to them a thumbs-up and a thumbs-down are the same.

The words go in before sub-words are made, in training and in use alike, and offsets still count in the original text.
"""

from __future__ import annotations

from tokenizers import Tokenizer, normalizers

WORDS = {
    "👍": "yes good", "👌": "ok good", "✅": "yes", "✔": "yes", "🆗": "ok", "💯": "yes exactly",
    "👎": "no bad", "❌": "no", "🚫": "no", "✋": "stop", "🛑": "stop",
    "🙏": "please thanks", "❤": "love thanks", "🥰": "love thanks", "😍": "love", "🎉": "great", "👏": "well done",
    "😀": "happy", "😃": "happy", "😄": "happy", "😁": "happy", "😊": "happy", "🙂": "fine", "😂": "haha", "🤣": "haha",
    "😅": "haha", "😉": "wink", "😭": "crying sad", "😢": "sad", "😞": "sad", "😔": "sad", "☹": "sad", "🙁": "sad",
    "😡": "angry", "😠": "angry", "🤬": "very angry swearing", "😤": "annoyed", "🙄": "annoyed", "🖕": "fuck you",
    "💩": "shit", "🤷": "i don't know", "🤔": "not sure", "😕": "confused", "❓": "?", "👋": "hello", "🤖": "robot",
    "🔥": "fire", "📦": "parcel", "🚚": "delivery", "⭐": "star", "★": "star", "💔": "broken",
}  # fmt: skip


def speak_emoji(tokenizer: Tokenizer) -> None:
    """Lets the tokenizer read the emoji that customers use most as words."""
    spoken = [normalizers.Replace(emoji, f" {words} ") for emoji, words in WORDS.items()]
    before = [tokenizer.normalizer] if tokenizer.normalizer is not None else []
    tokenizer.normalizer = normalizers.Sequence([*spoken, *before])
