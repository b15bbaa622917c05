"""What frames the text of a page: menus, banners, notices on cookies, what else there is to read."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Comment, Tag

_MAIN = ("main", "[role=main]", "article", "[itemprop=articleBody]", "#content", "#main", "body")
_FRAME = {
    "nav", "header", "footer", "aside", "script", "style", "noscript", "template", "button", "input", "select",
    "textarea", "label", "dialog", "iframe", "object", "svg", "canvas", "audio", "video", "head",
}  # fmt: skip
_FRAME_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu"}
_FRAME_CLASS = re.compile(
    r"(cookie|consent|gdpr).{0,12}(banner|bar|notice|popup|dialog|overlay|message|modal|consent|sdk)|onetrust|cookiebot"
    r"|breadcrumb|side-?bar|newsletter|pagination|nav-?bar|nav-?menu|(related|recent|popular)[-_]?(articles|posts|links)"
    r"|recently[-_]viewed|article[-_]*(votes?|comments|subscribe|share|more[-_]questions|return[-_]to[-_]top)"
    r"|(social|share)[-_]?(links|buttons|icons|bar)|^(share|social|related|toc|votes)$|was[-_]?this[-_]?helpful"
    r"|feedback[-_](form|widget)|skip[-_]?(link|to|nav)|sr-only|visually-?hidden|screen-reader|headerlink|anchorjs"
)
_FRAME_CLASS_OF = {"div", "section", "ul", "ol", "p", "span", "a"}
_A_FORM_THAT_IS_THE_PAGE = 400
"""A form with more characters of text than this is no form to fill in, but what some systems wrap a page in."""
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def main_part(soup: BeautifulSoup) -> Tag:
    """The part of the page that is about something."""
    for selector in _MAIN:
        # The longest: pages have an `<article>` for each teaser, too.
        found = max(soup.select(selector), key=lambda tag: len(tag.get_text()), default=None)
        if found is not None and found.get_text(strip=True):
            return found
    return soup


def drop_frame(main: Tag) -> None:
    """Takes out of the tree what frames the text."""
    for comment in main.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for tag in main.find_all(True):
        if not tag.decomposed and _is_frame(tag):
            tag.decompose()


def _is_frame(tag: Tag) -> bool:
    if tag.name in _FRAME or tag.has_attr("hidden") or tag.get("aria-hidden") == "true":
        return True
    if str(tag.get("role") or "") in _FRAME_ROLES or _INVISIBLE.search(str(tag.get("style") or "")):
        return True
    if tag.name == "form":
        return len(tag.get_text()) < _A_FORM_THAT_IS_THE_PAGE
    names = [str(each).lower() for each in tag.get_attribute_list("class") if each]
    if tag.name != "section":  # a section's id often is what it is about
        names.append(str(tag.get("id") or "").lower())
    return tag.name in _FRAME_CLASS_OF and any(_FRAME_CLASS.search(name) for name in names)
