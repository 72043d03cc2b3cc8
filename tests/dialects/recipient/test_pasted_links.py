"""Links as gateways, programs and people leave them, in the field and in the path."""

from __future__ import annotations

import re
import time
from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkgate.dialects.recipient.pasted_links import Key, address_in, key_in, mended

if TYPE_CHECKING:
    from collections.abc import Callable

RID, SECRET = "Ab-_5678901234567890Zw", "z9_-5678901234567890Ag"
PATH = f"/l/{RID}#{SECRET}"
URL = f"https://links.example.com{PATH}"
SCORED = f"{URL}&score=10"


def proofpoint_2(url: str) -> str:
    told = quote(url, safe="").replace("-", "%2D").replace("_", "%5F").replace("%2F", "_").replace("%", "-")
    return f"https://urldefense.proofpoint.com/v2/url?u={told}&d=DwMFaQ&c=euGZstcaTDll&r=abc&m=def&s=ghi&e="


def proofpoint_3(url: str) -> str:
    return f"https://urldefense.com/v3/__{url.replace('#', '*')}__;Iw!!Dq0X2DkFhyF93HkjWTBQKhk!c1f2$"


def safe_link(url: str) -> str:
    return (
        f"https://nam02.safelinks.protection.outlook.com/?url={quote(url, safe='')}&data=05%7C02%7Cana%40example.com%7C"
        "abc%7C0%7C0%7C638%7CUnknown%7CTWFpbGZsb3d8&sdata=aB%2F1%3D&reserved=0"
    )


def in_lower_case(quoted: str) -> str:
    return re.sub("%..", lambda code: code[0].lower(), quoted)


def base_64(url: str) -> str:
    return f"https://eu-west-1.protection.sophos.com?d=example.com&u={b64encode(url.encode()).decode()}&i=NWY&t=aGk"


WRAPPERS: dict[str, Callable[[str], str]] = {
    "safelinks": safe_link,
    "safelinks_twice": lambda url: safe_link(safe_link(url)),
    "safelinks_in_html": lambda url: safe_link(url).replace("&", "&amp;"),
    "barracuda": lambda url: (
        f"https://linkprotect.cudasvc.com/url?a={in_lower_case(quote(url, safe=''))}&c=E,1,aB&typo=1"
    ),
    "proofpoint_1": lambda url: f"https://urldefense.proofpoint.com/v1/url?u={quote(url, safe=':/')}&k=abc%0A&r=def",
    "proofpoint_2": proofpoint_2,
    "proofpoint_3": proofpoint_3,
    "cisco": lambda url: f"https://secure-web.cisco.com/1Kx-y_z/{quote(url, safe='')}",
    "fireeye": lambda url: f"https://protect2.fireeye.com/v1/url?k=31323334&q=1&e=abc&u={quote(url, safe='')}",
    "symantec": lambda url: f"https://clicktime.symantec.com/a/1/x=?d=y&u={quote(url, safe='')}",
    "trend_micro": lambda url: f"https://nam.url-protection.com/v1/url?o={quote(url, safe='')}&g=MQ==&h=Zg==",
    "sophos": base_64,
    "google": lambda url: f"https://www.google.com/url?q={quote(url, safe='')}&sa=D&source=hangouts&ust=1&usg=AOv",
    "facebook": lambda url: f"https://l.facebook.com/l.php?u={quote(url, safe='')}%3Ffbclid%3DIwAR&h=AT0",
    "linkedin": lambda url: f"https://www.linkedin.com/redir/redirect?url={quote(url, safe='')}&urlhash=abc",
    "slack": lambda url: f"<{url.replace('&', '&amp;')}|Open the form>",
    "markdown": lambda url: f"[Open the form]({url})",
    "underlined": lambda url: f"_{url}_",
    "bold": lambda url: f"**{url}**",
    "angles": lambda url: f"<{url}>",
    "anchor": lambda url: f'<a href="{url.replace("&", "&amp;")}" target="_blank">Open</a>',
    "entity": lambda url: url.replace("#", "&#35;").replace("&score", "&amp;score"),
    "hex_entity": lambda url: url.replace("#", "&#x23;"),
    "quoted": lambda url: f"> Dear Ana,\n> {url[:60]}\n> {url[60:]}\n> Yours",
    "wrapped": lambda url: f"Please open {url[:44]}\r\n  {url[44:]} today",
    "quoted_printable": lambda url: f"{url[:50].replace('=', '=3D')}=\r\n{url[50:].replace('=', '=3D')}",
    "invisible": lambda url: f"\ufeff{url[:50]}\u200b{url[50:]}\u2069",
    "percent": lambda url: url.replace("#", "%23"),
    "percent_twice": lambda url: url.replace("#", "%2523"),
    "all_percent": lambda url: quote(url, safe=""),
    "slash": lambda url: url.replace("#", "/#"),
    "tracked_before": lambda url: url.replace("#", "?utm_source=mail&fbclid=a-b_c#"),
    "tracked_after": lambda url: f"{url}&utm_source=mail&utm_medium=x",
    "question_after": lambda url: f"{url}?utm_source=mail",
    "two_hashes": lambda url: url.replace("#", "##"),
    "in_a_sentence": lambda url: f"see {url}.",
    "before_a_word": lambda url: f"{url} is the link",
}


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_link_is_found_in_whatever_was_made_of_it(wrapper: str) -> None:
    assert key_in(WRAPPERS[wrapper](URL), RID) == Key(SECRET)


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_its_address_is_found_without_the_secret(wrapper: str) -> None:
    assert address_in(WRAPPERS[wrapper](SCORED)) == f"https://links.example.com/l/{RID}"


@pytest.mark.parametrize("path", ["v/{rid}", "v/{rid}?step=2", "o/{rid}/{secret}", "v/{rid}/live"])
def test_the_address_of_each_page_of_a_link_leads_to_it(path: str) -> None:
    text = f"https://links.example.com/{path.format(rid=RID, secret=SECRET)}"
    assert address_in(text) == f"https://links.example.com/l/{RID}"


@pytest.mark.parametrize("text", ["", "Ada Lovelace", RID, f"/l/{RID}a", f"/l/{RID[1:]}", "https://www.example.com/"])
def test_a_text_without_a_link_has_no_address(text: str) -> None:
    assert address_in(text) is None


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_the_score_survives_with_it(wrapper: str) -> None:
    assert key_in(WRAPPERS[wrapper](SCORED), RID) == Key(SECRET, "10")


@pytest.mark.parametrize(
    "end", [".", ",", ";", ":", "!", "?", ")", "]", "}", ">", "'", '"', "*", "_", "-", "…", "»", "”", "。"]
)
def test_punctuation_after_a_link_is_not_part_of_it(end: str) -> None:
    assert key_in(URL + end, RID) == Key(SECRET)
    assert key_in(SECRET + end, RID) == Key(SECRET)
    assert mended(f"/l/{RID}%23{SECRET}{end}") == PATH


@pytest.mark.parametrize(
    "text",
    ["{}", "#{}", "%23{}", "<{}>", "({})", " {}\n", "{}&utm_source=x", "\u200b{}\u200b", "#{}.", "##{}"],
)
def test_a_bare_secret_is_taken(text: str) -> None:
    assert key_in(text.format(SECRET), RID) == Key(SECRET)


def test_a_bare_secret_keeps_its_score() -> None:
    assert key_in(f"#{SECRET}&score=3", RID) == Key(SECRET, "3")
    assert key_in(f"{SECRET}&amp;score=3&utm_source=x", RID) == Key(SECRET, "3")
    assert key_in(f"{SECRET}&utm_source=x&score=3", RID) == Key(SECRET, "3")
    assert key_in(f"{SECRET}&score=345", RID) == Key(SECRET)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "#",
        SECRET[:-1],
        SECRET + "a",
        URL + "a",
        URL + "-a",
        URL[:-1],
        URL.replace(RID, RID[::-1]),
        f"https://links.example.com/l/{RID}",
        "https://www.example.com/",
        safe_link("https://www.example.com/"),
        f"{SECRET} and more words",
    ],
)
def test_what_holds_no_secret_of_this_page_is_none(text: str) -> None:
    assert key_in(text, RID) == Key("")


def test_of_two_links_the_pages_own_is_taken() -> None:
    other = URL.replace(RID, RID[::-1]).replace(SECRET, SECRET[::-1])

    assert key_in(f"{other} {URL}", RID) == Key(SECRET)


@pytest.mark.parametrize(
    ("rest", "target"),
    [
        (f"#{SECRET}", PATH),
        (f"%23{SECRET}", PATH),
        (f"%2523{SECRET}", PATH),
        (f"/#{SECRET}", PATH),
        (f"/%23{SECRET}", PATH),
        (f"%23{SECRET}&score=7", f"{PATH}&score=7"),
        (f"%23{SECRET}&amp;score=7", f"{PATH}&score=7"),
        (f"%23{SECRET}%26score%3D7", f"{PATH}&score=7"),
        (f"%23{SECRET}&utm_source=x&score=7", f"{PATH}&score=7"),
        (f"#{SECRET}?utm_source=x", PATH),
        (f"%23{SECRET[:10]}=\r\n{SECRET[10:]}", PATH),
        (f"%23{SECRET[:10]}%0D%0A{SECRET[10:]}", PATH),
        (f"*{SECRET}__;Iw!!abc$", PATH),
        ("/", f"/l/{RID}"),
        (".", f"/l/{RID}"),
        ("%23", f"/l/{RID}"),
        (f"%23{SECRET[:-1]}", f"/l/{RID}"),
        (f"%23{SECRET}a", f"/l/{RID}"),
        ("", None),
        ("/code", None),
        ("a", None),
    ],
)
def test_a_mangled_path_leads_to_its_link(rest: str, target: str | None) -> None:
    assert mended(f"/l/{RID}{rest}") == target


PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "/l/",
                RID,
                SECRET,
                "#",
                "%23",
                "%25",
                "&amp;",
                "&#35;",
                "&#xD800;",
                "&#x110000;",
                "?u=",
                "=\r\n",
                "\n> ",
            ),
            *("aHR0c", "aHR0cHM6Ly8", "-", "_", "*", "score=5", "%", "%ff", "\ud800", "\x00", "é", "A" * 60),
        ]
    )
    | st.text(max_size=5),
    max_size=40,
).map("".join)


@given(PIECES)
@example("\udfff%23" * 50)
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    key, target = key_in(text, RID), mended(text)

    assert key.secret == "" or len(key.secret) == 22
    assert target is None or (target.isascii() and target.isprintable() and target.startswith("/l/"))


@pytest.mark.parametrize(
    "part",
    [
        "/l/",
        f"/l/{RID}?",
        f"/l/{RID}#",
        "#",
        "A",
        "A ",
        "-",
        "%25",
        "&amp;",
        "?u=" + "-25" * 20,
        "aHR0c" * 9 + "!",
        "> ",
        "=\r\n",
        "*",
    ],
)
def test_long_texts_are_read_quickly(part: str) -> None:
    began = time.process_time()
    key_in(part * (250_000 // len(part)), RID)
    mended("/l/" + RID + part * (10_000 // len(part)))

    assert time.process_time() - began < 0.5


def test_url_safe_base_64_is_read_too() -> None:
    text = f"https://gateway.example?u={urlsafe_b64encode((URL + '&x=???').encode()).decode()}"

    assert key_in(text, RID) == Key(SECRET)
