#!/bin/sh
# Installs into an image's build what the named workspaces need to run, and nothing else: other workspaces are hidden from npm
# (`npm ci -w` installs the packages of all). Versions are those of package-lock.json. From the repository's root, in a copy of it:
#   sh infra/docker/install-needed.sh services/task-service infra/kafka
set -eu
for workspace in cli gateway web bench test infra/local infra/kafka services/* shared/client shared/testing; do
  keep=no
  for named in "$@"; do
    if [ "$workspace" = "$named" ]; then keep=yes; fi
  done
  if [ $keep = no ]; then rm -f "$workspace/package.json"; fi
done
rm -rf node_modules ./*/node_modules ./*/*/node_modules
npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error --omit=dev --omit=optional
# Query compilers of other databases, and a command line that only builds of web pages call.
find node_modules/@prisma/client/runtime -name 'query_compiler*' ! -name '*postgresql*' -delete
rm -rf node_modules/sentry
# Nothing reads packages' source maps here.
find node_modules -name '*.map' -delete
