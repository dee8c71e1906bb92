# notification-service alone. From the repository's root: docker build -f infra/docker/notification-service.Dockerfile -t builder-ai/notification-service .
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --ignore-scripts --no-audit --no-fund \
    && node scripts/generate-prisma.mjs \
    && sh infra/docker/install-needed.sh services/notification-service

FROM node:24.21.0-bookworm-slim
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/package.json ./
COPY --from=build /app/shared shared
COPY --from=build /app/services/notification-service services/notification-service
RUN install -d -o 10001 -g 10001 /app/.compile-cache
USER 10001:10001
ENV HOST=0.0.0.0 PORT=8000 NODE_ENV=production NODE_COMPILE_CACHE=/app/.compile-cache
# What Node makes of the code when it is loaded, kept for the user who loads it: starts take half of the processor's time.
RUN ["node", "--disable-warning=ExperimentalWarning", "--input-type=module", "-e", "await import('/app/services/notification-service/src/compose.ts'); process.exit(0)"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/readiness').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--disable-warning=ExperimentalWarning", "services/notification-service/src/main.ts"]
