"""Masking: what goes, what stays, and the laws that hold for every text."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resync_bot.runtime import redaction
from resync_bot.runtime.redaction import mask_secrets

SECRET = "hunter2-Zürich/9"

MASKED = {
    "password=hunter2 host=db1": "password=*** host=db1",
    "export PGPASSWORD=hunter2": "export PGPASSWORD=***",
    "spring.datasource.password: hunter2": "spring.datasource.password: ***",
    'db_passwd = "two words" # prod': 'db_passwd = "***" # prod',
    "senha=segredo": "senha=***",
    '{"client_secret": "abc", "id": 7}': '{"client_secret": "***", "id": 7}',
    'Server=db;Password=a,b"c;User Id=x': "Server=db;Password=***;User Id=x",
    "https://api/x?api_key=abc&page=2": "https://api/x?api_key=***&page=2",
    '{"password": 123456, "id": 7}': '{"password": ***, "id": 7}',
    '{"id": 7, "token": null}': '{"id": 7, "token": ***}',
    "Authorization: Bearer abcdef": "Authorization: ***",
    "authorization=Basic dXNlcjpwYXNz": "authorization=***",
    "sent header Bearer abcdefgh12345678": "sent header Bearer ***",
    "load.sh --password hunter2 --token t0k3n -v": "load.sh --password *** --token *** -v",
    "sshpass -p hunter2 scp a b": "sshpass -p *** scp a b",
    "mysqldump -u root -phunter2 core": "mysqldump -u root -p*** core",
    "curl -u bob:hunter2 https://api": "curl -u bob:*** https://api",
    "sqlplus -s scott/tiger@ORCL @load.sql": "sqlplus -s scott/***@ORCL @load.sql",
    "jdbc:oracle:thin:scott/tiger@//db:1521/x": "jdbc:oracle:thin:scott/***@//db:1521/x",
    "postgres://app:p@ss@db:5432/core": "postgres://app:***@db:5432/core",
    "redis://:hunter2@cache:6379/0": "redis://:***@cache:6379/0",
    "ALTER USER app IDENTIFIED BY hunter2;": "ALTER USER app IDENTIFIED BY ***;",
    "<jsdl:password>{aes}a b=</jsdl:password>": "<jsdl:password>***</jsdl:password>",
    "my password is: hunter2, ask no more": "my password is: *** ask no more",
    "A senha é segredo1": "A senha é ***",
    "the token was 'two words' then": "the token was *** then",
    "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl end": "jwt *** end",
    "slack " + "xoxb-" + "123456789012-abcdefghij": "slack ***",
    "aws AKIA" + "IOSFODNN7EXAMPLE": "aws ***",
    "card 4111 1111 1111 1111 declined": "card ***1111 declined",
    "card 5500-0000-0000-0004": "card ***0004",
    "amex 3782 822463 10005.": "amex ***0005.",
    "pan=378282246310005,": "pan=***0005,",
}

UNTOUCHED = [
    "ORA-01017: invalid username/password; logon denied",
    "ORA-28001: the password has expired",
    "AWSBDW009E The following operating system error occurred retrieving the password structure for the logon user",
    "the password is expired, the token is not valid",
    "A senha é inválida; credentials are missing",
    "PWD=/home/tws/scripts",
    "SyntaxError: Unexpected token",
    "= Job Number: 987278608",
    "1732352341234 started",  # milliseconds since 1970
    "4111111111111112",  # fails the checksum
    "see https://wiki/x:y and a@b",
    "= JOB       : CPUA#JS25[(0600 09/24/23),(0AAAAAAAAAAAABQM)].JOBC",
    "",
]


@pytest.mark.parametrize(("text", "masked"), MASKED.items())
def test_secrets_go_and_the_rest_stays(text: str, masked: str) -> None:
    assert mask_secrets(text) == masked


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask_secrets(text) == text


BODY = "MIIEpAIBAAKCAQEA1234567890abcdef"


@pytest.mark.parametrize(
    "text",
    [
        f"-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES\n\n{BODY}\n{BODY}==\n-----END RSA PRIVATE KEY-----\ndone",
        f"-----BEGIN PRIVATE KEY-----\n{BODY}\n{BODY}",  # the end was cut off
        f"{BODY}\n{BODY}\n-----END PRIVATE KEY-----\ndone",  # the begin was cut off
        f"key -----BEGIN PRIVATE KEY-----\\n{BODY}\\n-----END PRIVATE KEY-----\\n done",
    ],
)
def test_private_keys_go_whole_or_in_part(text: str) -> None:
    masked = mask_secrets(text)
    assert "MIIE" not in masked
    assert text.endswith("done") == masked.endswith("done")
    assert len(masked.splitlines()) == len(text.splitlines())


@pytest.mark.parametrize("rule", [rule for rule in redaction._RULES if rule.stems])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_secret_hides_from_the_quick_look(rule: redaction._Rule, data: st.DataObject) -> None:
    found = data.draw(st.from_regex(rule.pattern, alphabet=st.characters(codec="latin-1")))
    assert all(rule.concerns(line.casefold()) for line in found.split("\n") if rule.pattern.search(line))


PIECES = st.sampled_from(
    [
        *MASKED,
        *UNTOUCHED,
        "password",
        "=",
        ": ",
        '"',
        "'",
        "--token ",
        "-p",
        "\n",
        "\r\n",
        "\u2028",
        "\x85",
        "***",
        "@",
        "://",
        "<token>",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "4111 1111 1111 1111",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=12)).map("".join)


@given(TEXTS)
@example("password='--token ")
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask_secrets(text)
    assert mask_secrets(once) == once


@given(TEXTS)
def test_lines_stay_where_they_are(text: str) -> None:
    masked = mask_secrets(text)
    assert [line.isspace() or not line for line in masked.splitlines()] == [
        line.isspace() or not line for line in text.splitlines()
    ]


@given(
    before=st.text(alphabet="abc =:,\n", max_size=20),
    secret=st.text(
        alphabet=st.characters(codec="ascii", categories=["L", "N", "P"], exclude_characters="&;<>\"'"), min_size=6
    ),
    key=st.sampled_from(["password", "DB_PASSWORD", "api-key", "accessToken", "client_secret"]),
)
def test_no_value_of_a_secret_name_survives(before: str, secret: str, key: str) -> None:
    secret = f"Q7{secret}"
    assert secret not in mask_secrets(f"{before} {key}={secret}\nnext")


@given(st.integers(10**14, 10**15 - 1).map(str))
def test_every_card_number_keeps_its_last_four_digits_only(digits: str) -> None:
    number = "4" + digits[1:]
    total = sum(sum(divmod(int(d) * (2 - place % 2), 10)) for place, d in enumerate(reversed(number)))
    number += str(-total % 10)
    assert mask_secrets(f"pan {number}") == f"pan ***{number[-4:]}"


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece",
    ["a", "mysql ", "sqlplus a ", "password=", "<a", "'", "-----END PRIVATE KEY-----\n", "abcd" * 8 + "\n", "1234 "],
)
def test_a_hostile_text_does_not_hang_it(piece: str) -> None:
    mask_secrets((piece * 200_000)[:200_000])  # quadratic work would take minutes
