"""The desk's pages: one module a topic, each with its `blueprint`."""

from __future__ import annotations

from sanic import Blueprint

from deskhand.desk.views import (
    account,
    actions,
    audit,
    callbacks,
    canned,
    contacts,
    conversation,
    drafts,
    inbox,
    live,
    media,
    overview,
    people,
    questions,
    records,
    sign_in,
    teams,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    sign_in.blueprint,
    account.blueprint,
    people.blueprint,
    teams.blueprint,
    audit.blueprint,
    overview.blueprint,
    canned.blueprint,
    callbacks.blueprint,
    contacts.blueprint,
    questions.blueprint,
    inbox.blueprint,
    conversation.blueprint,
    actions.blueprint,
    drafts.blueprint,
    records.blueprint,
    media.blueprint,
    live.blueprint,
)
