#!/bin/sh
# Tells Resync of an event of HCL Workload Automation at once, instead of at its next look at the plan.
#
#   resync-notify.sh JobStatusChanged JobName=PAYROLL_POST Workstation=FTA_PAY1 ...   as the event rule calls it
#   resync-notify.sh - < incident.json                                               any body that Resync takes
#
# Needs curl and openssl. Settings, from the environment:
#   RESYNC_SECRET_FILE  holds Resync's webhook_secret and nothing else, readable by the engine's user alone (chmod 600);
#                       webhook.secret beside this script if not set
#   RESYNC_SECRET       the secret itself, instead of the file
#   RESYNC_URL          where Resync listens, if not at the address below
#   RESYNC_CA_FILE      certificates to trust, in PEM, for an address with a certificate of your own
#
# The secret is on no command line, where everybody on this machine could read it.
# Exit status: 0 Resync knows, 1 it could not be told, 2 wrong call or setup.

set -u
LC_ALL=C
export LC_ALL

url=${RESYNC_URL:-@URL@}

fail() {
  printf 'resync-notify: %s\n' "$2" >&2
  exit "$1"
}

for tool in curl openssl od sed tr; do
  command -v "$tool" >/dev/null 2>&1 || fail 2 "$tool is not installed"
done
[ $# -gt 0 ] || fail 2 'call it with the type of the event and Key=Value words, or with - to send standard input'

# The secret.
case $0 in
  */*) beside=${0%/*} ;;
  *) beside=. ;;
esac
secret_file=${RESYNC_SECRET_FILE:-$beside/webhook.secret}
[ -n "${RESYNC_SECRET:-}" ] || [ -r "$secret_file" ] || fail 2 "cannot read $secret_file"

secret() {
  if [ -n "${RESYNC_SECRET:-}" ]; then
    tr -d '\r\n' <<END
$RESYNC_SECRET
END
  else
    tr -d '\r\n' <"$secret_file"
  fi
}

bytes() {
  od -An -v -tu1 | tr '\n' ' '
}

key_bytes=$(secret | bytes)
[ -n "$key_bytes" ] || fail 2 'the secret is empty'

# The body.
escaped() {
  printf '%s\n' "$(printf '%s' "$1" | tr -d '\000-\037\177')" | sed 's/[\\"]/\\&/g'
}

add() {
  case $value in
    '' | '${'* | '%{'*) ;; # the engine knows no value for it
    *) body="$body,\"$key\":\"$(escaped "$value")\"" ;;
  esac
}

if [ "$1" = - ]; then
  body=$(cat)
else
  body="{\"EventType\":\"$(escaped "$1")\""
  shift
  key=
  value=
  for word in "$@"; do
    case $word in
      *=*) name=${word%%=*} ;;
      *) name= ;;
    esac
    case $name in
      '' | *[!A-Za-z]*) value="$value $word" ;; # a value with blanks comes in several words
      *)
        [ -z "$key" ] || add
        key=$name
        value=${word#*=}
        ;;
    esac
  done
  [ -z "$key" ] || add
  body="$body}"
fi

# The signature: HMAC-SHA256 by RFC 2104, from plain digests, so that openssl need not be told the key.
sha256() {
  openssl dgst -sha256 -binary
}

# shellcheck disable=SC2086  # one word for each byte
set -- $key_bytes
if [ $# -gt 64 ]; then
  key_bytes=$(secret | sha256 | bytes)
fi

padded_key() {
  length=0
  for byte in $key_bytes; do
    printf "\\$(printf '%03o' "$((byte ^ $1))")"
    length=$((length + 1))
  done
  while [ "$length" -lt 64 ]; do
    printf "\\$(printf '%03o' "$1")"
    length=$((length + 1))
  done
}

timestamp=$(date +%s)
inner() {
  padded_key 54
  printf 'v1:%s:%s' "$timestamp" "$body"
}
outer() {
  padded_key 92
  inner | sha256
}
signature=$(outer | sha256 | od -An -v -tx1 | tr -d ' \n')

answer=$(
  printf '%s' "$body" | curl --silent --show-error --max-time 10 --retry 3 --retry-max-time 30 \
    ${RESYNC_CA_FILE:+--cacert "$RESYNC_CA_FILE"} \
    --header 'Content-Type: application/json' \
    --header "X-Resync-Timestamp: $timestamp" \
    --header "X-Resync-Signature: v1=$signature" \
    --data-binary @- --write-out ' %{http_code}' "$url"
) || fail 1 "cannot reach $url"
case $answer in
  *' 202' | *' 409') ;; # taken now, or by an attempt whose answer got lost
  *) fail 1 "Resync answers: $answer" ;;
esac
