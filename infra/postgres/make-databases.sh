#!/bin/sh
# Run once, by the PostgreSQL image, on an empty volume: a database for each service, with a role that can connect to no other.
set -eu
make() {
  psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -v name="$1" -v password="$(cat "$2")" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
}
make builder_gateway /run/secrets/gateway_database_password
make builder_task /run/secrets/task_database_password
make builder_agent /run/secrets/agent_database_password
make builder_notification /run/secrets/notification_database_password
