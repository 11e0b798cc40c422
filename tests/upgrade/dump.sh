#!/bin/sh
# Dumps a database of a release with the seed, lists of OFAC, events of GDELT and edits in it, for upgrade.test.ts:
#   tests/upgrade/dump.sh <folder of the release, built> <address of a server> <name of the dump>
# The folder is only read. The server (PostgreSQL 15) gets a database for the time of the run.
set -eu
release=$(cd "$1" && pwd)
server=$2
here=$(cd "$(dirname "$0")" && pwd)
data=$here/../import/data
temporary=$(mktemp -d)
database=dateline_upgrade_$$
export DATABASE_URL="$server/$database" PORT=$((20000 + $$ % 20000)) LOG_LEVEL=silent
dateline() { (cd "$temporary" && node "$release/dist/cli/dateline.js" "$@"); }

psql -q "$server/postgres" -c "CREATE DATABASE $database TEMPLATE template0"
trap 'kill $service 2>/dev/null || true; wait; psql -q "$server/postgres" -c "DROP DATABASE $database WITH (FORCE)"; rm -r "$temporary"' EXIT
service=
dateline migrate
dateline seed
head -n 60 "$data/gdelt-v1.tsv" >"$temporary/gdelt.tsv"
# Code 2: a link in the extract of a list leads out of it, and is left out.
load() { dateline import "$@" || [ $? -eq 2 ]; }
load ofac "$data/ofac-2019" --as-of 2019-01-15
load ofac "$data/ofac-2021" --as-of 2021-07-07
load gdelt "$temporary/gdelt.tsv"
key=$(dateline key create --name upgrade --scopes write)
(cd "$temporary" && exec node "$release/dist/cli/dateline.js" serve) &
service=$!
until curl -sf "http://localhost:$PORT/readyz" >/dev/null; do sleep 0.2; done
cursor=$(node "$here/edit.js" "http://localhost:$PORT/graphql" "$key")
kill -INT $service
wait $service || true
# Commands of psql and settings of one version are left out, so that any client can restore the dump on PostgreSQL 15 and later.
# So is the empty search path, with which scopes of sanctions could not be restored before migration 20261129140000.
{
  echo "-- cursor $cursor"
  pg_dump "$DATABASE_URL" --no-owner --no-privileges --inserts --rows-per-insert=200 |
    grep -v "^\\\\\|^--\|^$\|^SET \(transaction_timeout\|default_\)\|^SELECT pg_catalog.set_config('search_path'"
} | gzip -9n >"$here/$3.sql.gz"
ls -l "$here/$3.sql.gz"
