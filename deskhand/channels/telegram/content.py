"""What a message holds beside words."""

from __future__ import annotations

from deskhand.channels.telegram.schema import Location, MediaFile, Message
from deskhand.conversation.model import Attachment, AttachmentKind

_PLAYED = (
    ("voice", AttachmentKind.AUDIO, "audio/ogg"),
    ("audio", AttachmentKind.AUDIO, "audio/mpeg"),
    ("video", AttachmentKind.VIDEO, "video/mp4"),
    ("video_note", AttachmentKind.VIDEO, "video/mp4"),
    # Before the document: the same file is given as both.
    ("animation", AttachmentKind.VIDEO, "video/mp4"),
    ("document", AttachmentKind.DOCUMENT, None),
    ("sticker", AttachmentKind.STICKER, None),
)


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


UNSUPPORTED = _names(
    """
    checklist dice game giveaway giveaway_winners invoice live_photo paid_media poll rich_message story
    """
)
"""What customers can send and nobody here can read."""

SERVICE = _names(
    """
    channel_chat_created chat_background_set chat_owner_changed chat_owner_left chat_shared
    checklist_tasks_added checklist_tasks_done connected_website delete_chat_photo
    direct_message_price_changed forum_topic_closed forum_topic_created forum_topic_edited
    forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden gift gift_upgrade_sent
    giveaway_completed giveaway_created group_chat_created left_chat_member managed_bot_created
    message_auto_delete_timer_changed new_chat_members new_chat_photo
    new_chat_title paid_message_price_changed passport_data pinned_message poll_option_added
    poll_option_deleted proximity_alert_triggered refunded_payment successful_payment
    suggested_post_approval_failed suggested_post_approved suggested_post_declined suggested_post_paid
    suggested_post_refunded supergroup_chat_created unique_gift users_shared video_chat_ended
    video_chat_participants_invited video_chat_scheduled video_chat_started web_app_data write_access_allowed
    """
)
"""What Telegram tells by way of a message that nobody wrote. Whatever is in neither list is new, and so unsupported."""


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """At most one: an album comes as one message a picture."""
    if message.photo:
        largest = max(message.photo, key=lambda size: (size.width * size.height, size.file_size or 0))
        return (_file(AttachmentKind.IMAGE, largest, "image/jpeg"),)
    for name, kind, usual_type in _PLAYED:
        file: MediaFile | None = getattr(message, name)
        if file is not None:
            return (_file(kind, file, usual_type or _sticker_type(file, kind)),)
    if message.venue is not None:
        venue = message.venue
        return (_described(AttachmentKind.LOCATION, f"{venue.title}, {venue.address} ({_point(venue.location)})"),)
    if message.location is not None:
        return (_described(AttachmentKind.LOCATION, _point(message.location)),)
    if message.contact is not None:
        shared = message.contact
        parts = (shared.first_name, shared.last_name, shared.phone_number)
        return (_described(AttachmentKind.CONTACT, " ".join(part for part in parts if part)),)
    return _unsupported(message)


def _unsupported(message: Message) -> tuple[Attachment, ...]:
    """A kind without words that is known not to be readable, or that is not known at all."""
    if message.text is not None or message.unread_fields & SERVICE or _moves(message):
        return ()
    kinds = sorted(message.unread_fields & UNSUPPORTED)
    return (_described(AttachmentKind.UNSUPPORTED, " ".join(kinds).replace("_", " ")),)


def _moves(message: Message) -> bool:
    return message.migrate_to_chat_id is not None or message.migrate_from_chat_id is not None


def _file(kind: AttachmentKind, file: MediaFile, usual_type: str | None) -> Attachment:
    return Attachment(
        kind=kind,
        media_id=file.file_id,
        mime_type=file.mime_type or usual_type,
        file_name=file.file_name,
        size=file.file_size,
        description=file.emoji or "",
    )


def _sticker_type(file: MediaFile, kind: AttachmentKind) -> str | None:
    if kind is not AttachmentKind.STICKER:
        return None
    if file.is_animated:
        return "application/x-tgsticker"
    return "video/webm" if file.is_video else "image/webp"


def _described(kind: AttachmentKind, description: str) -> Attachment:
    return Attachment(kind=kind, description=description)


def _point(location: Location) -> str:
    return f"{location.latitude:.6f}, {location.longitude:.6f}"
