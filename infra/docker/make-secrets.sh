#!/bin/sh
# Writes secrets/ for docker-compose.yml: random passwords, and an environment file for each service. What is there is kept.
set -eu
cd "$(dirname "$0")/../.."
umask 077
mkdir -p secrets
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
for name in postgres gateway_database task_database agent_database notification_database grafana; do
  [ -s "secrets/${name}_password" ] || random > "secrets/${name}_password"
done
# PostgreSQL's image reads them as its own user.
chmod 644 secrets/*_password
for service in gateway task agent notification; do
  file="secrets/$([ "$service" = gateway ] && echo gateway || echo "$service-service").env"
  [ -s "$file" ] && continue
  echo "DATABASE_URL=postgres://builder_$service:$(cat "secrets/${service}_database_password")@postgres:5432/builder_$service" > "$file"
done
grep -q '^BUILDER_API_KEY=' secrets/gateway.env || echo "BUILDER_API_KEY=$(random)" >> secrets/gateway.env
echo 'secrets/ is there. Keys of models: a line ANTHROPIC_API_KEY=… in secrets/agent-service.env.'
