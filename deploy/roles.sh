#!/bin/sh
# Makes the three roles and the database on a PostgreSQL that is set up by hand or by docker compose. The program's own
# role owns nothing and is bound by the row policies; the owner migrates; the backup role reads everything.
set -eu
psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres \
  -v owner="$NETRAL_OWNER_PASSWORD" -v app="$NETRAL_APP_PASSWORD" <<'SQL'
CREATE ROLE netral_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner';
CREATE ROLE netral_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'app';
CREATE ROLE netral_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS;
GRANT pg_read_all_data TO netral_backup;
CREATE DATABASE netral OWNER netral_owner;
SQL
