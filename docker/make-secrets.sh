#!/bin/sh
# Makes a random password for the owner of the database and one for the service's role, each with the address that holds it:
#   make-secrets.sh <folder of the owner> <folder of the service>
# A later run keeps what is there. The files can be read by every user of the containers that mount the folder.
set -eu
umask 022

make_secret() {
  folder=$1 role=$2
  if [ -s "$folder/url" ]; then return; fi
  password=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s' "$password" >"$folder/password"
  # The address comes last: where it is whole, the password is too.
  printf 'postgresql://%s:%s@postgres:5432/dateline' "$role" "$password" >"$folder/url.new"
  mv "$folder/url.new" "$folder/url"
}

make_secret "$1" dateline
make_secret "$2" dateline_service
