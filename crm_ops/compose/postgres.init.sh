#!/bin/sh
# The three roles and the database of the product, once, in a new cluster. crm_db makes the same for the embedded server.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v owner="$PG_OWNER_PASSWORD" -v app="$PG_APP_PASSWORD" -v stream="$PG_STREAM_PASSWORD" <<'SQL'
CREATE ROLE crm_owner LOGIN NOSUPERUSER CREATEDB PASSWORD :'owner';
CREATE ROLE crm_app LOGIN NOSUPERUSER NOCREATEDB PASSWORD :'app';
CREATE ROLE crm_stream LOGIN NOSUPERUSER NOCREATEDB REPLICATION PASSWORD :'stream';
CREATE DATABASE crm OWNER crm_owner;
SQL
